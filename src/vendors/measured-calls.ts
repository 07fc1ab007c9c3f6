import { AppError } from '../domain/errors.ts';
import type { InboundMedia, Mailer, Messenger, Meter, Model, Payments, TeamChat, Transcriber } from '../ports.ts';
import type { CallsOf } from './first-call.ts';

type Call = (...given: never[]) => Promise<unknown>;

/** How a call ended: `unavailable` may succeed later, `ambiguous` may have had its effect, `refused` is for good, `fault` our own. */
function outcomeOf(error: unknown): string {
  if (!(error instanceof AppError)) return 'fault';
  if (error.ambiguous) return 'ambiguous';
  return error.retryable ? 'unavailable' : 'refused';
}

/** The same vendor, a plain object, with `calls` timed: which was called and how it ended, never with what. */
function timed<Vendor extends object>(
  given: Vendor,
  meter: Meter,
  { vendor, calls }: { vendor: string; calls: readonly CallsOf<Vendor>[] },
): Vendor {
  const measured = calls.map((call) => {
    const act = given[call] as Call;
    const timedCall: Call = async (...args) => {
      const startedAt = performance.now();
      let outcome = 'ok';
      try {
        return await act(...args);
      } catch (error) {
        outcome = outcomeOf(error);
        throw error;
      } finally {
        meter.observe('vendor_call_seconds', { vendor, call, outcome }, (performance.now() - startedAt) / 1000);
      }
    };
    return [call, timedCall];
  });
  return { ...given, ...Object.fromEntries(measured) };
}

type Vendors = {
  messenger: Messenger;
  media: InboundMedia;
  payments: Payments;
  transcriber: Transcriber | null;
  mailer: Mailer | null;
  teamChat: TeamChat | null;
};

/** The same parts with every call of their vendors timed; the model is `measureModel`'s. */
export function measureVendors<Parts extends Vendors>(parts: Parts, meter: Meter): Parts {
  const { transcriber, mailer, teamChat } = parts;
  return {
    ...parts,
    messenger: timed<Messenger>(parts.messenger, meter, { vendor: 'twilio', calls: ['send', 'findSent'] }),
    media: timed(parts.media, meter, { vendor: 'twilio', calls: ['fetch'] }),
    payments: timed(parts.payments, meter, {
      vendor: 'stripe',
      calls: [
        ...(['createCheckoutSession', 'retrieveCheckoutSession', 'expireCheckoutSession', 'lastPaymentError'] as const),
        ...(['orderOfPaymentIntent', 'refund', 'retrieveRefund', 'listRefunds', 'listCharges'] as const),
        ...(['retrieveDispute', 'retrieveFraudWarning'] as const),
      ],
    }),
    transcriber: transcriber && timed(transcriber, meter, { vendor: 'openai', calls: ['transcribe'] }),
    mailer: mailer && timed(mailer, meter, { vendor: 'mail', calls: ['send'] }),
    teamChat: teamChat && timed(teamChat, meter, { vendor: 'slack', calls: ['post'] }),
  };
}

/** To be put inside the breaker: what it does not ask the model is no call. */
export const measureModel = (model: Model, meter: Meter): Model =>
  timed(model, meter, { vendor: 'openai', calls: ['respond'] });
