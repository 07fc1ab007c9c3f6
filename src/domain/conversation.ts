import { z } from 'zod';
import { MAX_QUANTITY } from './catalogue.ts';
import { RATINGS, type Rating } from './rating.ts';

/** How many product ids of a conversation are remembered as shown. */
const SEEN_LIMIT = 60;

/**
 * What the last reply left open, so that "2" or "4" means something:
 * `offer` the numbered list last shown, `product` the one awaiting a quantity, `quantity` said before the product was
 * chosen ("4 michelin"), `ask` the question last put, `places` the numbered places it offers where they are not those the
 * cart can be had at, `last` the product just put in the cart ("non, plutôt 4"), `later` what of the same order is asked
 * about afterwards, `again` the order offered to be made once more, `rates` the order they were just asked whether they like, `misses` turns in a row that were not understood, `seen` what the tools returned: the only ids they accept back.
 */
const pendingLineSchema = z.object({
  words: z.string().max(200),
  quantity: z.number().optional(),
});
/** A line of an order that has still to be asked about. */
export type PendingLine = z.infer<typeof pendingLineSchema>;

const focusSchema = z.object({
  offer: z.array(z.uuid()).max(10).optional(),
  product: z.uuid().optional(),
  quantity: z.int().min(1).max(MAX_QUANTITY).optional(),
  ask: z.enum(['location', 'confirm', 'forget']).optional(),
  places: z.array(z.uuid()).max(10).optional(),
  last: z.uuid().optional(),
  later: z.array(pendingLineSchema).max(5).optional(),
  again: z.uuid().optional(),
  rates: z.uuid().optional(),
  misses: z.int().optional(),
  seen: z.array(z.uuid()).default([]),
});
export type Focus = z.infer<typeof focusSchema>;

/** A focus an older version wrote is forgotten rather than fatal: the customer is only asked again. */
export function readFocus(stored: unknown): Focus {
  const parsed = focusSchema.safeParse(stored);
  return parsed.success ? parsed.data : { seen: [] };
}

/** A new focus that leaves nothing open but what `open` says; what was seen stays seen. */
export function refocus(focus: Focus, open: Omit<Focus, 'seen'>, shown: readonly string[] = []): Focus {
  const seen = [...new Set([...focus.seen, ...shown])].slice(-SEEN_LIMIT);
  return { ...open, seen };
}

/** What a tapped button or list row asks for. */
export type Tap =
  | { kind: 'product'; productId: string }
  /** That many more of it, or that many in all. */
  | { kind: 'add' | 'set'; productId: string; quantity: number }
  | { kind: 'location'; locationId: string }
  | { kind: 'confirm' | 'change'; proposalId: string }
  | { kind: 'again' | 'link'; orderId: string }
  | { kind: 'rate'; orderId: string; rating: Rating }
  | { kind: 'order' | 'cart' | 'human' | 'resume' | 'forget' | 'keep' };

const uuid = z.uuid();
const quantitySchema = z
  .string()
  .regex(/^\d{1,2}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(MAX_QUANTITY));

/** The id of the button or row that asks for `tap`; at most 200 characters, as WhatsApp allows. */
export function encodeTap(tap: Tap): string {
  switch (tap.kind) {
    case 'product':
      return `product:${tap.productId}`;
    case 'add':
    case 'set':
      return `${tap.kind}:${tap.productId}:${tap.quantity}`;
    case 'location':
      return `location:${tap.locationId}`;
    case 'confirm':
    case 'change':
      return `${tap.kind}:${tap.proposalId}`;
    case 'again':
    case 'link':
      return `${tap.kind}:${tap.orderId}`;
    case 'rate':
      return `rate:${tap.orderId}:${tap.rating}`;
    default:
      return tap.kind;
  }
}

const SIMPLE = new Set(['order', 'cart', 'human', 'resume', 'forget', 'keep']);

/** Undefined for anything we did not write: payloads come from outside. */
export function decodeTap(payload: string): Tap | undefined {
  const [kind, id, more, ...rest] = payload.split(':');
  if (rest.length > 0) return undefined;
  if (kind === 'add' || kind === 'set') {
    const parsed = z.tuple([uuid, quantitySchema]).safeParse([id, more]);
    return parsed.success ? { kind, productId: parsed.data[0], quantity: parsed.data[1] } : undefined;
  }
  if (kind === 'rate') {
    const parsed = z.tuple([uuid, z.enum(RATINGS)]).safeParse([id, more]);
    return parsed.success ? { kind, orderId: parsed.data[0], rating: parsed.data[1] } : undefined;
  }
  if (more !== undefined) return undefined;
  if (SIMPLE.has(kind ?? '')) {
    return id === undefined ? { kind: kind as 'order' } : undefined;
  }
  if (!uuid.safeParse(id).success || id === undefined) return undefined;
  switch (kind) {
    case 'product':
      return { kind, productId: id };
    case 'location':
      return { kind, locationId: id };
    case 'confirm':
    case 'change':
      return { kind, proposalId: id };
    case 'again':
    case 'link':
      return { kind, orderId: id };
    default:
      return undefined;
  }
}
