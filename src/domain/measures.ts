import { FAILURE_REASONS } from './delivery-failure.ts';
import { NOTIFICATION_CHANNELS } from './notification.ts';
import { SENT_FORMS } from './outbound-message.ts';
import { HANDLED_STRIPE_EVENTS } from './stripe-events.ts';

/**
 * What a process counts and times for Prometheus, by name without the prefix. Labels are words our code knows, few for each:
 * never an id, an address, or anything somebody outside chose. What an alert reads of them is there from the start, at 0
 * (`fromStart`): in a series that begins at 1 Prometheus sees no increase, and a sum over none is nothing, not 0.
 */
export const COUNTS = {
  webhooks_received_total: {
    help: 'Posts of Twilio and Stripe, by kind and what became of them',
    labels: ['vendor', 'kind', 'outcome'],
    fromStart: [
      ...combined({
        vendor: ['twilio'],
        kind: ['message', 'delivery_state'],
        outcome: ['invalid_signature', 'failed'],
      }),
      ...combined({ vendor: ['stripe'], kind: ['unknown'], outcome: ['invalid_signature', 'failed'] }),
      ...combined({ vendor: ['stripe'], kind: [...HANDLED_STRIPE_EVENTS, 'other'], outcome: ['failed'] }),
    ],
  },
  messages_sent_total: {
    help: 'Messages to customers that left, by their form',
    labels: ['form'],
    fromStart: combined({ form: [...SENT_FORMS, 'mail', 'found'] }),
  },
  messages_failed_total: {
    help: 'Messages to customers that ended as failed, by reason',
    labels: ['reason'],
    fromStart: combined({ reason: FAILURE_REASONS }),
  },
  notifications_total: {
    help: 'Tries to hand over a notice to the team or a mail to a customer, by what became of them',
    labels: ['channel', 'outcome'],
    fromStart: combined({ channel: NOTIFICATION_CHANNELS, outcome: ['sent', 'retried', 'skipped', 'failed'] }),
  },
} as const satisfies Record<string, Counted>;

const FROM_5_MS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const FROM_50_MS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
const FROM_1_S = [1, 5, 15, 30, 60, 300, 900, 3_600, 21_600, 86_400];

/** In seconds; the edges of their histogram's buckets are chosen by what each takes when all is well and when not. */
export const TIMES = {
  http_request_seconds: {
    help: "HTTP requests by their route's pattern, until the answer was written or its reader went away",
    ...{ labels: ['method', 'route', 'status'], buckets: FROM_5_MS },
  },
  payment_event_seconds: {
    help: 'Handling of a stored Stripe event, by what became of it',
    ...{ labels: ['type', 'outcome'], buckets: FROM_50_MS },
  },
  payment_event_delay_seconds: {
    help: "From Stripe's making an event until its webhook was stored here",
    ...{ labels: ['type'], buckets: FROM_1_S },
    // Each payment brings one: enough for what an alert reads of all types together.
    fromStart: combined({ type: ['checkout.session.completed'] }),
  },
  session_to_webhook_seconds: {
    help: "From a Checkout Session's beginning until its completed webhook came: the customer's time to pay and Stripe's",
    ...{ labels: [], buckets: FROM_1_S },
  },
  turn_seconds: {
    help: "A turn from its claim until its answer was written: the model's part and our own",
    ...{ labels: ['answered_by'], buckets: FROM_50_MS },
  },
  turn_own_seconds: {
    help: 'The part of a turn that was not waiting for the model',
    ...{ labels: ['answered_by'], buckets: FROM_5_MS },
  },
  turn_model_seconds: {
    help: 'The part of a turn that was waiting for the model, where it was asked',
    ...{ labels: ['answered_by'], buckets: FROM_50_MS },
  },
  vendor_call_seconds: {
    help: 'Calls of Twilio, Stripe, OpenAI, the mail server and Slack, by how they ended',
    ...{ labels: ['vendor', 'call', 'outcome'], buckets: FROM_50_MS },
  },
} as const satisfies Record<string, Timed>;

export type Counted = { help: string; labels: readonly string[]; fromStart?: readonly Record<string, string>[] };
export type Timed = Counted & { buckets: readonly number[] };
export type CountName = keyof typeof COUNTS;
export type TimeName = keyof typeof TIMES;
export type LabelsOf<Name extends CountName | TimeName> = Record<
  (typeof COUNTS & typeof TIMES)[Name]['labels'][number],
  string
>;

const HANDLED = new Set<string>(HANDLED_STRIPE_EVENTS);
/** A Stripe event's type as a label: those we act on by name, whatever else Stripe has or will have as one. */
export const eventLabel = (type: string): string => (HANDLED.has(type) ? type : 'other');

/** Every combination of the labels' values. */
function combined<Label extends string>(values: Record<Label, readonly string[]>): Record<Label, string>[] {
  let sets: Record<string, string>[] = [{}];
  for (const [label, each] of Object.entries<readonly string[]>(values))
    sets = sets.flatMap((set) => each.map((value) => ({ ...set, [label]: value })));
  return sets as Record<Label, string>[];
}
