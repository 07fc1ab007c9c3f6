import { formatMoney } from '../../../domain/money.ts';
import { ORDER_STATUSES, type OrderStatus } from '../../../domain/order.ts';
import type { OrderRow } from '../../../flows/show-staff-orders.ts';
import { formatWhen } from '../../dates.ts';
import { type StaffFrame, StaffLayout, StatusTag } from '../layout.tsx';
import { STAFF_WORDS } from '../words.ts';

type OrdersFacts = {
  frame: StaffFrame;
  orders: OrderRow[];
  /** True when there may be more than are shown. */
  isCut: boolean;
  status: OrderStatus | undefined;
  query: string;
};

const addressOf = (status: OrderStatus | undefined, query: string) => {
  const search = new URLSearchParams({ ...(status && { status }), ...(query && { q: query }) }).toString();
  return search ? `/staff?${search}` : '/staff';
};

function Filters({ frame, status, query }: Pick<OrdersFacts, 'frame' | 'status' | 'query'>) {
  const words = STAFF_WORDS[frame.locale];
  return (
    <>
      <form method="get" action="/staff" class="search">
        {status && <input type="hidden" name="status" value={status} />}
        <input type="search" name="q" value={query} placeholder={words.searchHint} aria-label={words.searchHint} />
        <button type="submit" class="button secondary">
          {words.search}
        </button>
      </form>
      <nav class="chips">
        {[undefined, ...ORDER_STATUSES].map((each) => (
          <a key={each} href={addressOf(each, query)} aria-current={each === status ? 'page' : undefined}>
            {each ? words.status[each] : words.allStatuses}
          </a>
        ))}
      </nav>
    </>
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

export function ordersPage({ frame, orders, isCut, status, query }: OrdersFacts) {
  const words = STAFF_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={words.orders}>
      <h1>{words.orders}</h1>
      <Filters frame={frame} status={status} query={query} />
      {orders.length === 0 && <p class="card soft">{words.noOrders}</p>}
      <ul class="rows">
        {orders.map((order) => (
          <Row key={order.id} frame={frame} order={order} />
        ))}
      </ul>
      {isCut && <p class="soft small">{words.onlyLatest}</p>}
    </StaffLayout>
  );
}
