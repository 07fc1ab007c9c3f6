import type { ComponentChildren } from 'preact';
import type { OrderToPick, PickList } from '../../../flows/show-pick-list.ts';
import { formatWhen } from '../../dates.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { addressOfView, type OrdersView } from '../orders-view.ts';
import { ORDERS_WORDS } from '../words/orders-words.ts';
import { STAFF_WORDS } from '../words/staff-words.ts';

type Props = { frame: StaffFrame; list: PickList; view: OrdersView; now: Date };

/** A page to print: black on white, with boxes to tick by hand. The button needs its script; the browser's own menu does not. */
function PrintLayout(props: {
  frame: StaffFrame;
  title: string;
  acts?: ComponentChildren;
  children: ComponentChildren;
}) {
  const { frame, title, acts, children } = props;
  const head = (
    <>
      <link rel="stylesheet" href="/assets/print.css" />
      <script src="/assets/print.js" defer />
    </>
  );
  return (
    <StaffLayout frame={frame} title={title} head={head}>
      <nav class="acts screen-only">
        <button type="button" id="print" class="button primary" hidden>
          {ORDERS_WORDS[frame.locale].print}
        </button>
        {acts}
      </nav>
      {children}
    </StaffLayout>
  );
}

const Box = () => <span class="tick-box" aria-hidden="true" />;

/** What the orders to prepare need in all, shelf by shelf. */
export function pickListPage({ frame, list, view, now }: Props) {
  const { pick, slips } = ORDERS_WORDS[frame.locale];
  const { orders, lines, isCut } = list;
  const isOnePlace = new Set(lines.map(({ locationName }) => locationName)).size === 1;
  const acts = (
    <a class="button secondary" href={addressOfView('/staff/pick-list', view, { slips: '1' })}>
      {slips}
    </a>
  );
  return (
    <PrintLayout frame={frame} title={ORDERS_WORDS[frame.locale].pickList} acts={orders.length > 0 && acts}>
      <section class="card sheet">
        <h1>
          {pick.title}
          {isOnePlace && ` · ${lines[0]?.locationName}`}
        </h1>
        <p class="soft small">
          {pick.total(orders.length)} · {pick.printedAt} {formatWhen(now, frame.locale, frame.shop.timezone)}
        </p>
        {isCut && <p role="alert">{pick.isCut}</p>}
        {lines.length === 0 && <p>{pick.nothing}</p>}
        {lines.length > 0 && (
          <table class="pick">
            <thead>
              <tr>
                <td />
                <th scope="col">{pick.slot}</th>
                <th scope="col">{pick.quantity}</th>
                <th scope="col">{pick.product}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={`${line.locationName} ${line.sku}`}>
                  <td>
                    <Box />
                  </td>
                  <td>
                    <b>{line.slot ?? pick.noSlot}</b>
                    {!isOnePlace && <small>{line.locationName}</small>}
                  </td>
                  <td class="much">{line.quantity}</td>
                  <td>
                    {line.label}
                    <small>{line.sku}</small>
                    <small>
                      {pick.orders} {line.orders.map(({ number, quantity }) => `${number} (${quantity})`).join(', ')}
                    </small>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </PrintLayout>
  );
}

function Slip({ frame, order }: { frame: StaffFrame; order: OrderToPick }) {
  const { locale, shop } = frame;
  const { pick } = ORDERS_WORDS[locale];
  return (
    <section class="card sheet slip">
      <h2 class="loud">{order.number}</h2>
      <p>
        {order.customerName ?? STAFF_WORDS[locale].noName} · {order.locationName} ·{' '}
        {formatWhen(order.createdAt, locale, shop.timezone)}
      </p>
      <table class="pick">
        <tbody>
          {order.items.map((item) => (
            <tr key={item.sku}>
              <td>
                <Box />
              </td>
              <td class="much">{item.quantity} ×</td>
              <td>
                {item.label}
                <small>{item.sku}</small>
              </td>
              <td>
                <b>{item.slot ?? pick.noSlot}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What lies in each order's box, one sheet for each. */
export function slipsPage({ frame, orders }: { frame: StaffFrame; orders: readonly OrderToPick[] }) {
  const words = ORDERS_WORDS[frame.locale];
  const title = orders.length === 1 ? words.slip : words.slips;
  return (
    <PrintLayout frame={frame} title={title}>
      <h1 class="unseen">{title}</h1>
      {orders.length === 0 && <p class="card">{words.pick.nothing}</p>}
      {orders.map((order) => (
        <Slip key={order.id} frame={frame} order={order} />
      ))}
    </PrintLayout>
  );
}
