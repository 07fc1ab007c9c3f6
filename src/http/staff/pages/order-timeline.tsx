import { formatMoney } from '../../../domain/money.ts';
import type { OrderDetail, TimelineEntry } from '../../../flows/show-staff-orders.ts';
import { formatWhen } from '../../dates.ts';
import type { StaffFrame } from '../layout.tsx';
import { MONEY_WORDS, wordOfReason } from '../money-words.ts';
import { STAFF_WORDS, wordOfAction } from '../words.ts';

type Props = { frame: StaffFrame; order: OrderDetail };

/** Who did what to this order, when and why. */
export function TimelineCard({ frame, order }: Props) {
  const words = STAFF_WORDS[frame.locale];
  return (
    <section class="card">
      <h2>{words.timeline}</h2>
      <ol class="timeline">
        {order.timeline.map((entry) => (
          <Entry key={String(entry.seq)} frame={frame} order={order} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ frame, order, entry }: Props & { entry: TimelineEntry }) {
  const { locale, shop } = frame;
  const words = MONEY_WORDS[locale];
  const why = [
    entry.amountMinor !== null && formatMoney(entry.amountMinor, order.currency, locale),
    entry.reason !== null && wordOfReason(words, entry.reason),
    entry.note !== null && `“${entry.note}”`,
  ].filter((part) => part !== false);
  return (
    <li>
      <span class="soft small">
        <time dateTime={entry.at.toISOString()}>{formatWhen(entry.at, locale, shop.timezone)}</time>
        {' · '}
        {entry.who.kind === 'staff' ? (entry.who.name ?? words.who.formerStaff) : words.who[entry.who.kind]}
      </span>
      <span>{wordOfAction(STAFF_WORDS[locale], entry.what)}</span>
      {why.length > 0 && <span class="small">{why.join(' · ')}</span>}
    </li>
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
