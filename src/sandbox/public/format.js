// @ts-check
// WhatsApp's own marks - *bold*, _italic_, ~strike~, `code`, ```code block``` - and links, as DOM nodes. The text itself only
// ever enters the page as text nodes.

/**
 * @typedef {{ type: 'text', text: string } | { type: 'break' } | { type: 'mono', text: string, block: boolean }
 *   | { type: 'link', href: string, text: string }
 *   | { type: 'bold'|'italic'|'strike', children: Token[] }} Token
 * @typedef {{ start: number, end: number, token: Token }} Span
 */

/** @type {Record<string, 'bold'|'italic'|'strike'>} */
const marks = { '*': 'bold', _: 'italic', '~': 'strike' };
const wordCharacter = /[\p{L}\p{N}]/u;

/** Sentence punctuation after an address is not part of it. A trailing `_` is kept (tokens end so) unless one also opens.
 * @param {string} raw @param {string} before the character in front of the address */
function trimAddress(raw, before) {
  let address = raw;
  for (;;) {
    const last = address.at(-1) ?? '';
    const unbalanced = last === ')' && address.split(')').length > address.split('(').length;
    if (!/[.,;:!?*~'"»\]}]/.test(last) && !unbalanced && !(last === '_' && before === '_')) return address;
    address = address.slice(0, -1);
  }
}

/** Code and addresses are found first: no mark inside them counts. @param {string} text @returns {Span[]} */
function findLiterals(text) {
  /** @type {Span[]} */
  const spans = [];
  for (const match of text.matchAll(/```([\s\S]+?)```|`([^`\n]+)`|https?:\/\/[^\s<>"]+/giu)) {
    const start = match.index;
    const code = match[1] ?? match[2];
    if (code !== undefined) {
      const block = match[1] !== undefined;
      spans.push({ start, end: start + match[0].length, token: { type: 'mono', text: code, block } });
      continue;
    }
    const address = trimAddress(match[0], text[start - 1] ?? '');
    if (!URL.canParse(address)) continue;
    spans.push({ start, end: start + address.length, token: { type: 'link', href: address, text: address } });
  }
  return spans;
}

/** Where the mark opened at `open` closes, or -1. It hugs its words, and does not cross a line end.
 * @param {string} text @param {number} open @param {number} end @param {Map<number, Span>} literals */
function findClosing(text, open, end, literals) {
  const mark = text[open];
  if (/\s/.test(text[open + 1] ?? ' ') || wordCharacter.test(text[open - 1] ?? '')) return -1;
  for (let at = open + 1; at < end; at += 1) {
    const literal = literals.get(at);
    if (literal) {
      at = literal.end - 1;
      continue;
    }
    if (text[at] === '\n') return -1;
    const closes = text[at] === mark && at > open + 1 && !/\s/.test(text[at - 1] ?? ' ');
    if (closes && !wordCharacter.test(text[at + 1] ?? '')) return at;
  }
  return -1;
}

/** @param {string} text @param {number} start @param {number} end @param {Map<number, Span>} literals @returns {Token[]} */
function parseRange(text, start, end, literals) {
  /** @type {Token[]} */
  const tokens = [];
  let plainFrom = start;
  /** @param {number} from @param {number} to @param {Token} token */
  const push = (from, to, token) => {
    if (from > plainFrom) tokens.push({ type: 'text', text: text.slice(plainFrom, from) });
    tokens.push(token);
    plainFrom = to;
  };
  for (let at = start; at < end; at = Math.max(at + 1, plainFrom)) {
    const literal = literals.get(at);
    const type = marks[text[at] ?? ''];
    if (literal) push(at, literal.end, literal.token);
    else if (text[at] === '\n') push(at, at + 1, { type: 'break' });
    else if (type) {
      const close = findClosing(text, at, end, literals);
      if (close !== -1) push(at, close + 1, { type, children: parseRange(text, at + 1, close, literals) });
    }
  }
  if (end > plainFrom) tokens.push({ type: 'text', text: text.slice(plainFrom, end) });
  return tokens;
}

/** @param {string} text @returns {Token[]} */
export function tokenize(text) {
  const normal = text.replaceAll('\r\n', '\n');
  return parseRange(normal, 0, normal.length, new Map(findLiterals(normal).map((span) => [span.start, span])));
}

/** The same text without its marks, on one line: what the list of conversations shows. @param {string} text @returns {string} */
export function plainText(text) {
  /** @param {Token[]} tokens @returns {string} */
  const flatten = (tokens) =>
    tokens
      .map((token) => ('children' in token ? flatten(token.children) : token.type === 'break' ? ' ' : token.text))
      .join('');
  return flatten(tokenize(text));
}

const tags = { bold: 'strong', italic: 'em', strike: 's' };

/** @param {Token} token @returns {Node} */
function nodeOf(token) {
  if (token.type === 'text') return document.createTextNode(token.text);
  if (token.type === 'break') return document.createElement('br');
  if (token.type === 'mono') {
    const code = document.createElement('code');
    if (token.block) code.className = 'block';
    code.textContent = token.text.replace(/^\n|\n$/g, '');
    return code;
  }
  if (token.type === 'link') {
    const link = document.createElement('a');
    link.href = token.href;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.textContent = token.text;
    return link;
  }
  const element = document.createElement(tags[token.type]);
  element.append(...token.children.map(nodeOf));
  return element;
}

/** @param {string} text @returns {Node[]} */
export function formatNodes(text) {
  return tokenize(text).map(nodeOf);
}
