import type { OrderDetail } from '../../../flows/show-staff-orders.ts';
import { formatWhen } from '../../dates.ts';
import type { StaffFrame } from '../layout.tsx';
import { STAFF_WORDS, wordOfAction } from '../words/staff-words.ts';
import { TimelineLine } from './timeline-line.tsx';

type Props = { frame: StaffFrame; order: OrderDetail };

/** Who did what to this order, when and why. */
export function TimelineCard({ frame, order }: Props) {
  const words = STAFF_WORDS[frame.locale];
  return (
    <section class="card">
      <h2>{words.timeline}</h2>
      <ol class="timeline">
        {order.timeline.map((entry) => (
          <TimelineLine key={String(entry.seq)} frame={frame} entry={entry} currency={order.currency}>
            {wordOfAction(words, entry.what)}
          </TimelineLine>
        ))}
      </ol>
    </section>
  );
}

/** Stripe's own words on the order, for managers. */
export function EventsCard({ frame, order }: Props) {
  if (frame.staff.role !== 'manager' || order.events.length === 0) return null;
  const { locale, shop } = frame;
  return (
    <details class="card fold">
      <summary>{`Stripe (${order.events.length})`}</summary>
      <ol class="timeline">
        {order.events.map((event) => (
          <li key={event.id}>
            <span class="soft small">{formatWhen(event.at, locale, shop.timezone)}</span>
            <a href={`/staff/events/${event.id}`}>
              <code>{event.type}</code>
            </a>
          </li>
        ))}
      </ol>
    </details>
  );
}
