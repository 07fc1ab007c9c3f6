import type { ChatMessage } from '../../src/sandbox/phones.ts';
import type { Sandbox } from '../../src/sandbox/start.ts';
import { customerOf } from './customer.ts';
import { until } from './until.ts';

type Step = { option: RegExp; words: RegExp; says: (choice: number) => string };
/**
 * The nearest to the end first. Where Twilio would not take buttons the same question comes as plain text (`words`),
 * and is answered in words.
 */
const STEPS: Step[] = [
  { option: /^confirm:/, words: /Vous confirmez \?/, says: () => 'oui' },
  { option: /^location:/, words: /Où souhaitez|Où voulez|Où venez|Quel magasin/, says: () => '1' },
  { option: /^order$/, words: /C’est ajouté/, says: () => 'commander' },
  { option: /^product:/, words: /Lequel vous plaît/, says: (choice) => String(choice + 1) },
];
// Longer than the lease of a message, in case the database went away before a claim could be given back.
const PATIENCE_MS = 70_000;

const optionsOf = (message: ChatMessage) => [...(message.buttons ?? []), ...(message.list?.items ?? [])];

/**
 * A customer who buys four tyres from a shop in trouble: taps on through whatever comes, says again what WhatsApp
 * showed as not delivered, pays as soon as the link is there and waits for the thank-you. `choice`: which offer.
 */
export async function buysWhateverHappens(
  sandbox: Pick<Sandbox, 'phones' | 'twilio' | 'stripe'>,
  { name, choice }: { name: string; choice: number },
) {
  const customer = customerOf(sandbox, name);
  const answered = new Set<string>();
  let speak = () => customer.writes('Bonjour, je cherche 4 pneus 205/55 R16');
  let said = speak();

  function tapOn(): void {
    for (const message of customer.fromShop()) {
      if (answered.has(message.id)) continue;
      answered.add(message.id);
      const options = optionsOf(message);
      const step = STEPS.find(({ option, words }) =>
        options.length > 0 ? options.some(({ id }) => option.test(id)) : words.test(message.body),
      );
      if (!step) continue;
      const wanted = options.filter(({ id }) => step.option.test(id));
      const option = wanted[choice % wanted.length];
      speak = () => {
        const tap = option && sandbox.twilio.customerTaps(customer.id, message.id, option.id);
        return tap ?? customer.writes(step.says(choice));
      };
      said = speak();
    }
  }

  const heard = () =>
    customer
      .fromShop()
      .map((message) => `- ${message.body}`)
      .join('\n');
  const hears = (what: string, wanted: (message: ChatMessage) => boolean) =>
    until(
      `${name} has ${what}`,
      () => {
        if (sandbox.phones.message(said.id)?.status === 'failed') said = speak();
        tapOn();
        return customer.fromShop().find(wanted);
      },
      { timeoutMs: PATIENCE_MS },
    ).catch((error) => {
      throw new Error(`${error.message}; heard so far:\n${heard()}`);
    });

  const link = await hears('a payment link', (message) => /\/checkout\/cs_/.test(message.body));
  const sessionId = /cs_[A-Za-z0-9_]+/.exec(link.body)?.[0] ?? '';
  const orderNumber = /C-\d+/.exec(link.body)?.[0] ?? '';
  sandbox.stripe.checkout.pay(sessionId);
  const isThanks = (message: ChatMessage) => message.kind === 'media' && message.body.includes('Merci');
  await hears('the thank-you', isThanks);
  return { customer, name, sessionId, orderNumber, thanks: () => customer.fromShop().filter(isThanks) };
}
export type Purchase = Awaited<ReturnType<typeof buysWhateverHappens>>;
