import type { OutboundContent } from '../domain/outbound-message.ts';

/** One message of a conversation as its customer saw it. */
export type Spoken = {
  from: 'customer' | 'shop';
  /** Which of the case's turns it belongs to, from 0. */
  turn: number;
  text: string;
  /** Titles that can be tapped. */
  options: string[];
  /** What comes with the words, or in their place: a picture, the QR code, a voice note, a tap, time. */
  with?: string;
};

const FILES = { image: 'picture', pickup_qr: 'QR code' } as const;

/** What the shop said, as the customer's phone shows it. */
export function spokenByShop(turn: number, { body, buttons = [], list, media }: OutboundContent): Spoken {
  const options = [...buttons, ...(list?.items ?? [])].map(({ title }) => title);
  return { from: 'shop', turn, text: body, options, ...(media && { with: FILES[media.kind] }) };
}

/** All that the shop said, of one turn or of all; a line per option. */
export function shopWords(transcript: readonly Spoken[], turn?: number): string {
  return transcript
    .filter((spoken) => spoken.from === 'shop' && (turn === undefined || spoken.turn === turn))
    .map(({ text, options }) => [text, ...options.map((title) => `[${title}]`)].join('\n'))
    .join('\n\n');
}
