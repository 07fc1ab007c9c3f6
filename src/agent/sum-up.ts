import { findProducts } from '../db/catalogue.ts';
import { type OlderMessage, olderMessages } from '../db/older-messages.ts';
import { carsIn } from '../domain/cars.ts';
import { decodeTap } from '../domain/conversation.ts';
import { addToSummary, type Summary, type SummaryFacts, searchPhrase, sizesIn } from '../domain/summary.ts';
import type { Turn } from './turn.ts';

type Deed = { list: 'shown' | 'put_in_cart' | 'taken_out'; productId: string };

const DEEDS: Record<string, Deed['list']> = {
  show_product: 'shown',
  add_to_cart: 'put_in_cart',
  set_quantity: 'put_in_cart',
  remove_from_cart: 'taken_out',
};

/** What a tap or the tools did with a product; what was refused happened not. */
function deedsOf({ payload, toolCalls }: OlderMessage): Deed[] {
  const tap = payload === null ? undefined : decodeTap(payload);
  const tapped: Deed[] =
    tap?.kind === 'product' || tap?.kind === 'add'
      ? [{ list: tap.kind === 'add' ? 'put_in_cart' : 'shown', productId: tap.productId }]
      : [];
  const called = toolCalls.flatMap(({ name, arguments: sent, outcome }): Deed[] => {
    const list = DEEDS[name];
    const productId = (sent as { product_id?: unknown } | null)?.product_id;
    const isDone = list !== undefined && (outcome === 'changed' || outcome === 'shown');
    return isDone && typeof productId === 'string' ? [{ list, productId }] : [];
  });
  return [...tapped, ...called];
}

function searchesOf({ toolCalls }: OlderMessage): string[] {
  return toolCalls.flatMap(({ name, arguments: sent }) => {
    const query = name === 'search_products' && (sent as { query?: unknown } | null)?.query;
    return typeof query === 'string' ? [searchPhrase(query)].filter(Boolean) : [];
  });
}

/**
 * The conversation's summary with everything that is older than `beforeSeq`, the first of the customer's messages that the
 * model is still told word for word. Kept with the turn: the next one begins where this one ended.
 */
export async function sumUpBefore(turn: Turn, beforeSeq: string): Promise<Summary> {
  const { needs, claim, summary } = turn;
  const older = await olderMessages(needs.db, {
    ...{ conversationId: claim.conversationId, afterSeq: summary.untilSeq, beforeSeq },
  });
  const last = older.at(-1);
  if (!last) return summary;
  const deeds = older.map(deedsOf);
  const products = await findProducts(needs.db, [...new Set(deeds.flat().map(({ productId }) => productId))]);
  const labels = new Map(products.map(({ id, label }) => [id, label]));
  const facts = older.map((message, index): SummaryFacts => {
    // Titles of what was tapped are our words.
    const said = message.payload === null ? message.words : '';
    const labelsOf = (list: Deed['list']) =>
      (deeds[index] ?? []).filter((deed) => deed.list === list).flatMap(({ productId }) => labels.get(productId) ?? []);
    return {
      ...{ sizes: sizesIn(said), cars: carsIn(said), searched: searchesOf(message) },
      ...{ shown: labelsOf('shown'), put_in_cart: labelsOf('put_in_cart'), taken_out: labelsOf('taken_out') },
    };
  });
  return addToSummary(summary, last.seq, facts);
}
