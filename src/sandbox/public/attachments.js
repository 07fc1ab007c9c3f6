// @ts-check
import { h, icon } from './element.js';
import { words } from './i18n.js';

/** Between the demo's two places, so that one of them is nearer. */
const demoPosition = { latitude: 16.2411, longitude: -61.5331 };

/** The "+" beside the field: a picture, a voice note from a file, the demo's location.
 * @param {{ file: (file: File) => void, place: (location: { latitude: number, longitude: number }) => void }} send */
export function createAttachments(send) {
  /** @param {string} label @param {string} accept @param {string} testId */
  const chooser = (label, accept, testId) => {
    const input = h('input', { type: 'file', accept, 'data-testid': testId });
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      input.value = '';
      node.open = false;
      if (file) send.file(file);
    });
    return h('label', {}, label, input);
  };
  const place = h(
    'button',
    {
      type: 'button',
      'data-testid': 'attach-place',
      onclick: () => {
        node.open = false;
        send.place(demoPosition);
      },
    },
    words.attachPlace,
  );
  /** @type {HTMLDetailsElement} */
  const node = h(
    'details',
    { class: 'attach' },
    h('summary', { 'aria-label': words.attach, title: words.attach, 'data-testid': 'attach' }, icon('attach')),
    h(
      'div',
      { class: 'attach-menu' },
      chooser(words.attachPicture, 'image/jpeg,image/png,image/webp', 'attach-picture'),
      chooser(words.attachVoice, 'audio/ogg,audio/mpeg,audio/mp4,audio/amr,.ogg,.opus,.mp3,.m4a', 'attach-voice'),
      place,
    ),
  );
  return node;
}
