import type { CounterState } from './counter-state.ts';
import type { Intent } from './intents.ts';
import type { Language } from './language.ts';
import { isNear, type Product, productsIn } from './products.ts';
import { describe, numbered, orderLine, SAY } from './replies.ts';
import type { Situation } from './situation.ts';
import type { Call } from './transcript.ts';

/** What it says: after a tool, what came of it; without one, what the customer's words ask for. */
export function reply(situation: Situation): string {
  const say = SAY[situation.language];
  const last = situation.done.at(-1);
  if (last) return afterTool(situation, last);
  if (situation.intent === 'greeting') return say.greeting;
  if (situation.intent === 'thanks') return say.thanks;
  const plain = PLAIN_ANSWERS[situation.intent];
  if (plain) return say[plain];
  if (situation.intent === 'shop_info') return say.pickupOnly(placesIn(situation.state));
  if (situation.intent === 'confirm') return answerToYes(situation);
  if (situation.intent === 'remove' && situation.state.cart?.length === 0) return say.emptyCart;
  return say.which;
}

type Fixed = 'offTopic' | 'sorry' | 'cancelHow' | 'paidOnline' | 'declined';
const PLAIN_ANSWERS: Partial<Record<Intent, Fixed>> = {
  off_topic: 'offTopic',
  search: 'offTopic',
  sorry: 'sorry',
  ask_cancel: 'cancelHow',
  payment_info: 'paidOnline',
  declined: 'declined',
};

function answerToYes({ state, language }: Situation): string {
  const say = SAY[language];
  if (state.awaiting_quantity_of) return say.howMany;
  return (state.last_list?.length ?? 0) > 0 ? say.pick : say.which;
}

const placesIn = ({ pickup_locations: places = [] }: CounterState): string =>
  places.map(({ name, address, hours }) => `*${name}* — ${address}\n${hours}`).join('\n\n');

function afterTool({ language, tools, done }: Situation, call: Call): string {
  const say = SAY[language];
  const refusal = refusalIn(call.output, say);
  if (refusal !== undefined) return refusal;
  const products = productsIn(call.output);
  const first = products.find(({ id }) => id === call.given.product_id) ?? products[0];
  // A tool that says it shows what it found itself needs no second showing.
  const showsItself = /\bappends\b|^sends\b/i.test(tools.find(({ name }) => name === call.name)?.description ?? '');
  switch (call.name) {
    case 'search_products':
      if (!first) return say.nothing;
      if (isNear(call.output)) return showsItself ? say.near : `${say.near}\n${numbered(products, language)}`;
      if (showsItself) return products.length === 1 ? say.matches : say.listed;
      return products.length === 1 ? say.one(describe(first, language)) : say.found(numbered(products, language));
    case 'show_product':
      // The card asks how many itself.
      if (showsItself) return '';
      return first ? say.one(describe(first, language)) : say.nothing;
    case 'add_to_cart':
      return say.added(
        done
          .flatMap((each) => addedBy(each) ?? [])
          .map((each) => describe(each, language))
          .join(', ') || '✓',
      );
    case 'set_quantity':
      return say.changed;
    case 'remove_from_cart':
      return say.removed;
    case 'show_cart':
      return first ? say.cart(numbered(products, language) + totalIn(call.output, say)) : say.emptyCart;
    case 'order_status':
      return statusIn(call.output, language);
    default:
      return FAREWELLS[call.name]?.(say) ?? say.thanks;
  }
}

function addedBy({ name, given, output }: Call): Product | undefined {
  const products = name === 'add_to_cart' ? productsIn(output) : [];
  return products.find(({ id }) => id === given.product_id) ?? products[0];
}

const FAREWELLS: Record<string, (say: (typeof SAY)['fr']) => string> = {
  // The summary says all there is to say.
  propose_order: () => '',
  confirm_order: (say) => say.confirmed,
  resend_payment_link: (say) => say.link,
  cancel_order: (say) => say.canceled,
  call_human: (say) => say.human,
  set_customer_details: (say) => say.details,
  choose_location: (say) => say.location,
};

const REFUSALS =
  /^(refused|error|nothing_open|short|gone|expired)$|out_of_stock|not_found|unknown|empty|no_open|invalid|too_|not_allowed/;

/**
 * Words for the customer when the tool refused, undefined when it did not. A tool's own `message` is passed on; it knows no
 * shop's tools by heart, so a refusal is told by the usual names.
 */
function refusalIn(output: unknown, say: (typeof SAY)['fr']): string | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  const fields = output as Record<string, unknown>;
  const kind = [fields.kind, fields.error, fields.code].find((value) => typeof value === 'string');
  const refused = fields.ok === false || fields.error !== undefined || REFUSALS.test(String(kind ?? ''));
  if (!refused) return undefined;
  if (typeof fields.message === 'string') return fields.message;
  return typeof fields.available === 'number' ? say.short(fields.available) : say.refused;
}

function totalIn(output: unknown, say: (typeof SAY)['fr']): string {
  const total = (output as { total?: unknown } | null)?.total;
  return typeof total === 'string' ? `\n${say.total} : ${total}` : '';
}

function statusIn(output: unknown, language: Language): string {
  if (typeof output === 'string') return SAY[language].status(output);
  const fields = (output ?? {}) as Record<string, unknown>;
  const words = [fields.message, fields.text, fields.summary].find((text) => typeof text === 'string');
  if (typeof words === 'string') return SAY[language].status(words);
  const orders = Array.isArray(fields.orders) ? (fields.orders as Record<string, unknown>[]) : [fields];
  const say = SAY[language];
  return orders.length === 0 ? say.noOrder : say.status(orders.map((order) => orderLine(order, language)).join(', '));
}
