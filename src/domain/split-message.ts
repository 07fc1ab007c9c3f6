import { LIMITS, type OutboundContent } from './outbound-message.ts';
import { clip } from './storable.ts';

/** More than this in a row is a lecture: what is left is cut. */
const MAX_PARTS = 3;
// A part may end early to end well, but not so early that it looks like a slip.
const LEAST_SHARE = 0.5;
/** A message with choices may be no longer, or they leave as words (twilio/quick-reply, twilio/list-picker). */
const BODY_WITH_CHOICES_CHARS = 1024;

// Best first. A number that opens a line ("1. ") ends no sentence. All cuts stand at white space: words, links and emoji
// hold none.
const ENDS = [/\n\s*\n\s*/g, /(?<!^\s*\d{1,3})[.!?…]["»”)*_]*\s+/gm, /\s*\n\s*/g, /\s+/g];

/** Where the part that fits ends and the next begins. */
function cutOf(text: string, maxChars: number): { end: number; next: number } {
  // One more, so that white space right behind the last character that fits counts.
  const window = text.slice(0, maxChars + 1);
  for (const pattern of ENDS) {
    const cuts = [...window.matchAll(pattern)].map((match) => {
      const end = match.index + match[0].trimEnd().length;
      return { end, next: match.index + match[0].length };
    });
    const last = cuts.findLast(({ end }) => end <= maxChars && end >= maxChars * LEAST_SHARE);
    if (last) return last;
  }
  return cutInWord(text, maxChars);
}

/** A single "word" longer than a message: between two characters as people see them. */
function cutInWord(text: string, maxChars: number): { end: number; next: number } {
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text.slice(0, maxChars + 64));
  const starts = [...graphemes].map(({ index }) => index);
  const end = starts.findLast((index) => index <= maxChars && index > 0) ?? maxChars;
  return { end, next: end };
}

/** The text in parts of at most `maxChars`, at most three; what does not fit into those ends in an ellipsis. */
export function splitText(text: string, maxChars: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > maxChars && parts.length < MAX_PARTS - 1) {
    const { end, next } = cutOf(rest, maxChars);
    parts.push(rest.slice(0, end));
    rest = rest.slice(next);
  }
  return [...parts, clipAtWord(rest, maxChars)];
}

/** Cut before a word, so that no link is left half and looks whole. */
function clipAtWord(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const { end } = cutOf(text, maxChars - 1);
  return clip(`${text.slice(0, end).trimEnd()}…`, maxChars);
}

/**
 * A long message as several that WhatsApp takes, split where a sentence ends. A picture goes with the first, choices with
 * the last, which is kept short enough to carry them as buttons.
 */
export function splitMessage(content: OutboundContent): OutboundContent[] {
  const { body, buttons, list, media, ...rest } = content;
  if (body.length <= LIMITS.bodyChars) return [content];
  const choices = { ...(buttons && { buttons }), ...(list && { list }) };
  const bodies = splitText(body, LIMITS.bodyChars);
  const last = bodies.at(-1) ?? '';
  const hasChoices = buttons !== undefined || list !== undefined;
  // With room for one part more, the last one is split again for the sake of its buttons.
  if (hasChoices && last.length > BODY_WITH_CHOICES_CHARS && bodies.length < MAX_PARTS) {
    bodies.splice(-1, 1, ...splitText(last, BODY_WITH_CHOICES_CHARS).slice(0, 2));
  }
  return bodies.map((part, index) => ({
    ...rest,
    body: part,
    ...(index === 0 && media && { media }),
    ...(index === bodies.length - 1 && choices),
  }));
}
