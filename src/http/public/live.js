// Keeps the page's part #live as it is in the database: an event only says that something changed, the part is asked for
// again. Without this script the page shows what was true when it was loaded.
const { stream: ofThisPage, grows, page = location.href } = document.currentScript.dataset;
// The other conversations beside an open one, where there is room for them: then those are heard of, too.
const inbox = document.getElementById('inbox');
const showsInbox = inbox !== null && getComputedStyle(inbox).display !== 'none';
const address = showsInbox ? '/staff/live' : ofThisPage;
const atMostEveryMs = 500;
const withoutStreamEveryMs = 30_000;

let stream;
let retryTimer;
let isBusy = false;
let isWanted = false;
let shown;
let shownBadge;

const isAtEnd = () => window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 120;

// Whoever walks through the list by keyboard stays where they were; the link to the next page has another address each time.
function linkFocusedIn(part) {
  const link = part.contains(document.activeElement) ? document.activeElement : undefined;
  const [rel, href] = [link?.getAttribute('rel'), link?.getAttribute('href')];
  if (rel) return `a[rel="${CSS.escape(rel)}"]`;
  return href ? `a[href="${CSS.escape(href)}"]` : undefined;
}

function show(html) {
  if (html === shown) return;
  shown = html;
  const fresh = new DOMParser().parseFromString(html, 'text/html').getElementById('live');
  const old = document.getElementById('live');
  if (!fresh || !old) return;
  // WhatsApp lets the shop write again: the form comes with the whole page, and there was none to write in.
  if (fresh.dataset.window === 'open' && old.dataset.window === 'closed') return location.reload();
  const wasAtEnd = grows === 'down' && isAtEnd();
  const focused = linkFocusedIn(old);
  old.replaceWith(document.adoptNode(fresh));
  if (focused) fresh.querySelector(focused)?.focus({ preventScroll: true });
  if (wasAtEnd) window.scrollTo(0, document.documentElement.scrollHeight);
}

// After the open one, which is read by being shown.
async function askInbox() {
  const open = location.pathname.split('/').pop();
  const response = await fetch(`/staff/conversations?part=live&open=${open}`, { redirect: 'manual' });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('live');
  const focused = linkFocusedIn(inbox);
  inbox.replaceChildren(...(fresh?.childNodes ?? []));
  if (focused) inbox.querySelector(focused)?.focus({ preventScroll: true });
}

async function ask() {
  try {
    const here = new URL(page, location.href);
    here.searchParams.set('part', 'live');
    const response = await fetch(here, { redirect: 'manual' });
    // Sent to the login page: let the browser go there.
    if (response.type === 'opaqueredirect') location.assign(page);
    else if (response.ok) show(await response.text());
    if (showsInbox) await askInbox();
  } catch {
    // No network: the stream comes back with it and says to read again.
  }
}

async function refresh() {
  isWanted = true;
  if (isBusy) return;
  isBusy = true;
  while (isWanted) {
    isWanted = false;
    await ask();
    await new Promise((resolve) => setTimeout(resolve, atMostEveryMs));
  }
  isBusy = false;
}

// How many things need somebody: at its link and at the menu that hides it. The page that lists them follows.
function showBadge({ data }) {
  const { text } = JSON.parse(data);
  for (const badge of document.querySelectorAll('.nav .badge')) {
    badge.textContent = text;
    badge.hidden = text === '';
  }
  if (address.includes('?concerns') && shownBadge !== undefined && shownBadge !== text) void refresh();
  shownBadge = text;
}

function listen() {
  if (stream || document.hidden) return;
  clearTimeout(retryTimer);
  stream = new EventSource(address);
  // The first `reread` comes when nothing goes unheard any more.
  stream.addEventListener('reread', refresh);
  stream.addEventListener('change', refresh);
  stream.addEventListener('badge', showBadge);
  stream.addEventListener('error', () => {
    // Connecting again is the browser's own work; refused (logged out, too many pages open) it does not.
    if (stream?.readyState !== EventSource.CLOSED) return;
    stop();
    void refresh();
    retryTimer = setTimeout(listen, withoutStreamEveryMs);
  });
}

function stop() {
  stream?.close();
  stream = undefined;
  clearTimeout(retryTimer);
}

// Browsers open six connections to an address at most: pages out of sight hold none.
document.addEventListener('visibilitychange', () => (document.hidden ? stop() : listen()));
// A page that comes back by the back button may be old.
window.addEventListener('pageshow', (event) => event.persisted && listen());
window.addEventListener('pagehide', stop);
listen();
