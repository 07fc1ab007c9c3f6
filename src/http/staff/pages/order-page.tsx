import { formatMoney } from '../../../domain/money.ts';
import type { OrderDetail } from '../../../flows/show-staff-orders.ts';
import { formatWhen } from '../../dates.ts';
import { ItemList, type StaffFrame, StaffLayout, StatusTag } from '../layout.tsx';
import { STAFF_WORDS, wordOfAction } from '../words.ts';

function Facts({ frame, order }: { frame: StaffFrame; order: OrderDetail }) {
  const { locale, shop } = frame;
  const words = STAFF_WORDS[locale];
  return (
    <dl class="facts">
      <dt>{words.for}</dt>
      <dd>{order.customerName ?? words.noName}</dd>
      {order.maskedPhone && <dt>{words.phone}</dt>}
      {order.maskedPhone && <dd>{order.maskedPhone}</dd>}
      <dt>{words.location}</dt>
      <dd>{order.locationName}</dd>
      <dt>{words.createdAt}</dt>
      <dd>{formatWhen(order.createdAt, locale, shop.timezone)}</dd>
      {order.collectedBy && <dt>{words.collectedBy}</dt>}
      {order.collectedBy && <dd>{order.collectedBy}</dd>}
      <dt>{words.total}</dt>
      <dd>{formatMoney(order.totalMinor, order.currency, locale)}</dd>
    </dl>
  );
}

export function orderPage({ frame, order }: { frame: StaffFrame; order: OrderDetail }) {
  const words = STAFF_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={order.number}>
      <section class="card">
        <span class="between">
          <h1 class="order-number">
            <small>{words.order}</small> {order.number}
          </h1>
          <StatusTag words={words} order={order} />
        </span>
        <ItemList items={order.items} />
        <Facts frame={frame} order={order} />
      </section>
      <section class="card">
        <h2>{words.timeline}</h2>
        <ol class="timeline">
          {order.timeline.map(({ at, what }) => (
            <li key={`${at.getTime()} ${what}`}>
              <time dateTime={at.toISOString()} class="soft small">
                {formatWhen(at, frame.locale, frame.shop.timezone)}
              </time>
              <span>{wordOfAction(words, what)}</span>
            </li>
          ))}
        </ol>
      </section>
      <a class="button secondary" href="/staff">
        {words.allOrders}
      </a>
    </StaffLayout>
  );
}
