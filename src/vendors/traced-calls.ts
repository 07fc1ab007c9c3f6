import type { InboundMedia, Mailer, Messenger, Model, Payments, TeamChat, Tracer, Transcriber } from '../ports.ts';
import type { CallsOf } from './first-call.ts';

type Call = (...given: never[]) => Promise<unknown>;

/**
 * The same vendors with each call in a span of its own, named "stripe refund": what was called, never with what. Vendors
 * are plain objects: what one of their calls asks itself is within that call's span.
 */
export function vendorSpans(tracer: Tracer) {
  const withSpans = <Vendor extends Port, Port extends object>(
    vendor: Vendor,
    name: string,
    calls: readonly CallsOf<Port>[],
  ): Vendor => {
    const traced = calls.map((call) => {
      const act = (vendor as Port)[call] as Call;
      const within: Call = (...given) => tracer.span({ name: `${name} ${call}`, kind: 'client' }, () => act(...given));
      return [call, within];
    });
    return { ...vendor, ...Object.fromEntries(traced) };
  };
  return {
    messenger: <T extends Messenger>(messenger: T) =>
      withSpans<T, Messenger>(messenger, 'twilio', ['send', 'findSent', 'showTyping']),
    media: (media: InboundMedia) => withSpans<InboundMedia, InboundMedia>(media, 'twilio media', ['fetch']),
    payments: (payments: Payments) => withSpans<Payments, Payments>(payments, 'stripe', STRIPE_CALLS),
    model: (model: Model) => withSpans<Model, Model>(model, 'model', ['respond']),
    transcriber: (transcriber: Transcriber) =>
      withSpans<Transcriber, Transcriber>(transcriber, 'model', ['transcribe']),
    mailer: (mailer: Mailer) => withSpans<Mailer, Mailer>(mailer, 'mail', ['send']),
    teamChat: (chat: TeamChat) => withSpans<TeamChat, TeamChat>(chat, 'slack', ['post']),
  };
}

/** All but listEvents, which is read page by page and not awaited at once. */
const STRIPE_CALLS = [
  ...(['createCheckoutSession', 'retrieveCheckoutSession', 'expireCheckoutSession', 'lastPaymentError'] as const),
  ...(['orderOfPaymentIntent', 'refund', 'retrieveRefund', 'listRefunds', 'listCharges'] as const),
  ...(['retrieveDispute', 'retrieveFraudWarning'] as const),
];
