import type { ChatMessage } from '../../src/sandbox/phones.ts';
import type { Sandbox } from '../../src/sandbox/start.ts';
import { until } from './until.ts';

type Wanted = (message: ChatMessage) => boolean;

/** A customer with a phone: writes, taps, and reads what the shop sends, as a person would. */
export function customerOf(sandbox: Pick<Sandbox, 'phones' | 'twilio'>, name: string) {
  const { id } = sandbox.phones.addCustomer({ name });
  let readUpTo = 0;

  const fromShop = () => sandbox.phones.messages(id).filter((message) => message.direction === 'in');

  /** The next message of the shop that is wanted; what comes before it is read over. */
  async function hears(what: string, wanted: Wanted, timeoutMs = 30_000): Promise<ChatMessage> {
    const seen = () => fromShop().slice(readUpTo);
    try {
      const message = await until(`the customer hears ${what}`, () => seen().find(wanted), { timeoutMs });
      readUpTo = fromShop().indexOf(message) + 1;
      return message;
    } catch (error) {
      const heard = seen()
        .map((message) => `- ${message.kind}: ${message.body}`)
        .join('\n');
      throw new Error(`${(error as Error).message}; heard instead:\n${heard || '(nothing)'}`);
    }
  }

  function optionsOf(message: ChatMessage) {
    return [...(message.buttons ?? []), ...(message.list?.items ?? [])];
  }

  return {
    id,
    fromShop,
    writes: (text: string) => sandbox.twilio.customerWrites(id, text),
    hears,
    hearsText: (pattern: RegExp) => hears(String(pattern), (message) => pattern.test(message.body)),
    hearsOption: (pattern: RegExp) =>
      hears(`an option ${pattern}`, (message) => optionsOf(message).some((option) => pattern.test(option.id))),
    /** Taps the first button or list row whose id matches. */
    taps(message: ChatMessage, pattern: RegExp) {
      const option = optionsOf(message).find((candidate) => pattern.test(candidate.id));
      if (!option) throw new Error(`nothing like ${pattern} to tap in: ${message.body}`);
      sandbox.twilio.customerTaps(id, message.id, option.id);
      return option;
    },
  };
}
export type TestCustomer = ReturnType<typeof customerOf>;

/** From the first word to the payment link, by taps; answers the link's Checkout Session. */
export async function buysFourTyres(customer: TestCustomer): Promise<{ sessionId: string; orderNumber: string }> {
  customer.writes('Bonjour, je cherche 4 pneus 205/55 R16');
  const offer = await customer.hearsOption(/^product:/);
  customer.taps(offer, /^product:/);
  // The quantity was said at the beginning: the choice goes straight into the cart.
  const added = await customer.hearsOption(/^order$/);
  customer.taps(added, /^order$/);
  const next = await customer.hearsOption(/^(location|confirm):/);
  if ((next.buttons ?? next.list?.items ?? []).some((option) => option.id.startsWith('location:'))) {
    customer.taps(next, /^location:/);
    customer.taps(await customer.hearsOption(/^confirm:/), /^confirm:/);
  } else {
    customer.taps(next, /^confirm:/);
  }
  const link = await customer.hearsText(/\/checkout\/cs_/);
  const sessionId = /cs_[A-Za-z0-9_]+/.exec(link.body)?.[0];
  const orderNumber = /C-\d+/.exec(link.body)?.[0];
  if (!sessionId || !orderNumber) throw new Error(`no session or order number in: ${link.body}`);
  return { sessionId, orderNumber };
}
