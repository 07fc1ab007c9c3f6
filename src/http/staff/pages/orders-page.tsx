import { COUNTER_GROUPS, type CounterGroup } from '../../../domain/counter-group.ts';
import { formatMoney } from '../../../domain/money.ts';
import { PERIODS } from '../../../domain/period.ts';
import { COUNTED_TO, type OrderPage, type OrderRow } from '../../../flows/show-staff-orders.ts';
import { formatWhen } from '../../dates.ts';
import { LiveScript, type StaffFrame, StaffLayout, StatusTag } from '../layout.tsx';
import { addressOfView, type OrdersView, placeText } from '../orders-view.ts';
import { ORDERS_WORDS } from '../words/orders-words.ts';
import { STAFF_WORDS } from '../words/staff-words.ts';
import { OrdersForm } from './orders-form.tsx';

type ListFacts = { frame: StaffFrame; page: OrderPage; view: OrdersView; isFirst: boolean };
export type OrdersFacts = ListFacts & { counters: readonly { id: string; name: string }[] };

/** "1,000+" for what was not counted to its end. */
function counted(count: number, locale: string): string {
  const shown = Math.min(count, COUNTED_TO).toLocaleString(locale);
  return count > COUNTED_TO ? `${shown}+` : shown;
}

const sum = (counts: Record<CounterGroup, number>) => COUNTER_GROUPS.reduce((total, group) => total + counts[group], 0);

function GroupChips({ frame, page, view }: ListFacts) {
  const words = ORDERS_WORDS[frame.locale];
  const { counts } = page;
  return (
    <nav class="chips" aria-label={words.byGroup}>
      {[undefined, ...COUNTER_GROUPS].map((group) => (
        <a
          key={group}
          href={addressOfView('/staff', { ...view, group })}
          aria-current={group === view.group ? 'page' : undefined}
        >
          {words.groups[group ?? 'all']}
          {counts && <b class="count">{counted(group ? counts[group] : sum(counts), frame.locale)}</b>}
        </a>
      ))}
    </nav>
  );
}

function PeriodChips({ frame, view }: Pick<ListFacts, 'frame' | 'view'>) {
  const words = ORDERS_WORDS[frame.locale];
  const { from, to, ...others } = view;
  const isChosen = (period: OrdersView['period']) => period === view.period && !from && !to;
  return (
    <nav class="chips" aria-label={words.byPeriod}>
      {[undefined, ...PERIODS].map((period) => (
        <a
          key={period}
          href={addressOfView('/staff', { ...others, period })}
          aria-current={isChosen(period) ? 'page' : undefined}
        >
          {words.periods[period ?? 'ever']}
        </a>
      ))}
    </nav>
  );
}

function Row({ frame, order }: { frame: StaffFrame; order: OrderRow }) {
  const { locale, shop } = frame;
  const words = STAFF_WORDS[locale];
  return (
    <li>
      <a class="card row" href={`/staff/orders/${order.id}`}>
        <span class="between">
          <b>{order.number}</b>
          <StatusTag words={words} order={order} />
        </span>
        <span class="between one-line">
          <span>{order.customerName ?? words.noName}</span>
          <b class="amount">{formatMoney(order.totalMinor, order.currency, locale)}</b>
        </span>
        <span class="soft small">
          {order.items.map((item) => `${item.quantity}\u00a0×\u00a0${item.label}`).join(', ')}
        </span>
        <span class="soft small">{formatWhen(order.createdAt, locale, shop.timezone)}</span>
      </a>
    </li>
  );
}

function Pager({ frame, page, view, isFirst }: ListFacts) {
  const words = ORDERS_WORDS[frame.locale];
  const { older, newer } = page;
  return (
    <nav class="acts">
      {newer && (
        <a class="button secondary" rel="prev" href={addressOfView('/staff', view, { newer: placeText(newer) })}>
          {words.newer}
        </a>
      )}
      {!newer && !isFirst && (
        <a class="button secondary" href={addressOfView('/staff', view)}>
          {words.newest}
        </a>
      )}
      {older && (
        <a class="button secondary" rel="next" href={addressOfView('/staff', view, { older: placeText(older) })}>
          {words.older}
        </a>
      )}
    </nav>
  );
}

/** What changes while the page is open; what is being typed stands outside of it. */
export function OrderList(facts: ListFacts) {
  const { frame, page, view } = facts;
  const words = ORDERS_WORDS[frame.locale];
  const { orders, counts } = page;
  const total = counts && (view.group ? counts[view.group] : sum(counts));
  return (
    <section id="live" class="stack">
      <GroupChips {...facts} />
      {orders.length === 0 && <p class="card soft">{words.none}</p>}
      {total !== null && total > 0 && <p class="soft small">{words.total(total, counted(total, frame.locale))}</p>}
      <ul class="rows">
        {orders.map((order) => (
          <Row key={order.id} frame={frame} order={order} />
        ))}
      </ul>
      <Pager {...facts} />
    </section>
  );
}

export function ordersPage(facts: OrdersFacts) {
  const { frame, view, counters } = facts;
  const words = ORDERS_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={STAFF_WORDS[frame.locale].orders} head={<LiveScript about="orders" />}>
      <h1>{STAFF_WORDS[frame.locale].orders}</h1>
      <OrdersForm frame={frame} view={view} counters={counters} />
      <PeriodChips frame={frame} view={view} />
      <OrderList {...facts} />
      <div class="acts">
        <a class="button secondary" href={addressOfView('/staff/pick-list', view)}>
          {words.pickList}
        </a>
        {frame.staff.role === 'manager' && (
          <a class="button secondary" href={addressOfView('/staff/orders.csv', view)} download>
            {words.export}
          </a>
        )}
      </div>
    </StaffLayout>
  );
}
