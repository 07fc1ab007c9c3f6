import { type Language, normalise } from './language.ts';

type Line = { id: string; label: string };

/** What the shop tells its model with every turn, as far as the stand-in reads it; what there is not is left out. */
export type CounterState = {
  language?: Language;
  pickup_locations?: { id: string; name: string; address: string; hours: string }[];
  chosen_location_id?: string | null;
  cart?: (Line & { quantity: number })[];
  open_proposal?: object | null;
  last_list?: Line[];
  awaiting_quantity_of?: Line | null;
};

/** Each line that is a JSON object; other shops tell their models in prose. */
export function stateIn(background: string): CounterState {
  return Object.assign({}, ...background.split('\n').map(objectIn)) as CounterState;
}

function objectIn(line: string): object {
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line) as object;
  } catch {
    return {}; // prose that begins with a brace
  }
}

/** The line of the cart that the customer's words name, by its place or by its name; the only one needs no name. */
export function cartLineMeant({ cart = [] }: CounterState, said: string): Line | undefined {
  const plain = normalise(said);
  const nth = /\b(?:le|la|the|el|number|numero) (\d{1,2})\b/.exec(plain)?.[1];
  if (nth && !/\b(?:a|to|por)\b/.test(plain)) return cart[Number(nth) - 1];
  const words = plain.split(/[^a-z]+/).filter((word) => word.length > 3);
  const stems = words.map((word) => word.slice(0, 6));
  const named = cart.filter(({ label }) => stems.some((stem) => normalise(label).includes(stem)));
  if (named[0]) return named[0];
  const isThing = /\b(?:equilibr|balanc|montage|montaje|fitting|valve|valvula)/.test(plain);
  return isThing ? undefined : cart[0];
}
