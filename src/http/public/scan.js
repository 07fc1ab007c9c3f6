// Scans QR codes with the phone's camera and shows the order that belongs to one. What cannot be asked because the network is
// away is asked again until it is back. Without this script the page's form finds orders by their number.
const byId = (id) => document.getElementById(id);
const [scanner, camera, state, start, result, next, typed] = [
  ...['scanner', 'camera', 'state', 'start', 'result', 'next', 'typed'].map(byId),
];
const lookEveryMs = 120;
const tryAgainAfterMs = 1_000;
const counterKey = 'comptoir.counter';

let detector;
let isLooking = false;
/** What is shown or asked for now: an answer to anything older is thrown away. */
let current = 0;
let sound;

const say = (text) => {
  state.textContent = text;
};

async function openDetector() {
  const native = globalThis.BarcodeDetector;
  if (native && (await native.getSupportedFormats()).includes('qr_code')) return new native({ formats: ['qr_code'] });
  const { BarcodeDetector, prepareZXingModule } = globalThis.BarcodeDetectionAPI;
  prepareZXingModule({ overrides: { locateFile: (file) => `/assets/barcode/${file}` } });
  return new BarcodeDetector({ formats: ['qr_code'] });
}

function beep() {
  navigator.vibrate?.(80);
  // Browsers let a page sound only after a touch; before it the phone shakes, and the order shows anyway.
  sound ??= new AudioContext();
  if (sound.state !== 'running') return void sound.resume();
  const tone = sound.createOscillator();
  tone.frequency.value = 880;
  tone.connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.12);
}

/** The answer to a request that may be repeated, however often the network is away. */
async function persist(request, isStillWanted) {
  while (isStillWanted()) {
    const response = await fetch(request.url, { ...request.options, redirect: 'manual' }).catch(() => undefined);
    // Sent to the login page: let the browser go there.
    if (response?.type === 'opaqueredirect') return location.reload();
    if (response && response.status < 500) return response.text();
    say(scanner.dataset.offline);
    scanner.hidden = false;
    await new Promise((resolve) => setTimeout(resolve, tryAgainAfterMs));
  }
}

async function ask(url, options) {
  const asked = ++current;
  const isStillWanted = () => asked === current;
  say(scanner.dataset.looking);
  const html = await persist({ url, options }, isStillWanted);
  if (html === undefined || !isStillWanted()) return;
  const page = new DOMParser().parseFromString(html, 'text/html');
  result.replaceChildren(...page.body.childNodes);
  say('');
  next.hidden = false;
  next.scrollIntoView({ block: 'nearest' });
  result.scrollIntoView({ block: 'start' });
}

const counterId = () => typed.elements.counter?.value ?? '';
const show = (code) => ask(`/staff/scan?${new URLSearchParams({ part: 'order', counter: counterId(), code })}`);

async function look() {
  if (isLooking) return;
  isLooking = true;
  say(state.dataset.hint);
  while (isLooking && camera.srcObject) {
    const [found] = await detector.detect(camera).catch(() => []);
    if (found && isLooking) {
      isLooking = false;
      camera.pause();
      beep();
      return show(found.rawValue);
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  isLooking = false;
}

async function openCamera() {
  start.hidden = true;
  try {
    camera.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    await camera.play();
    // 400 kB where the browser has none of its own: for who has a camera and lets it be used.
    detector ??= await openDetector();
    void look();
  } catch {
    closeCamera();
    say(state.dataset.refused);
    start.hidden = false;
  }
}

function closeCamera() {
  isLooking = false;
  for (const track of camera.srcObject?.getTracks() ?? []) track.stop();
  camera.srcObject = null;
}

async function scanNext() {
  current++;
  result.replaceChildren();
  next.hidden = true;
  if (!camera.srcObject) return openCamera();
  await camera.play();
  void look();
}

start.addEventListener('click', openCamera);
next.addEventListener('click', scanNext);
typed.addEventListener('submit', (event) => {
  event.preventDefault();
  isLooking = false;
  void show(typed.elements.code.value);
});
typed.elements.counter?.addEventListener('change', () => localStorage.setItem(counterKey, counterId()));
result.addEventListener('submit', (event) => {
  event.preventDefault();
  // Handing over happens once, however often it is asked for: the answer then says when and by whom.
  const body = new URLSearchParams([...new FormData(event.target), ['part', 'order']]);
  event.submitter.disabled = true;
  void ask(event.target.action, { method: 'POST', body });
});
// The camera is for the page in sight: its light goes out, and it comes back.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) closeCamera();
  else if (result.childElementCount === 0) void openCamera();
});

const remembered = localStorage.getItem(counterKey);
const knownCounters = [...(typed.elements.counter?.options ?? [])].map((option) => option.value);
if (remembered && knownCounters.includes(remembered) && !counterId()) typed.elements.counter.value = remembered;
if (navigator.mediaDevices) {
  scanner.hidden = false;
  if (result.childElementCount === 0) void openCamera();
}
