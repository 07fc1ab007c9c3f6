import { formatMoney } from '../../../domain/money.ts';
import type { OrderDetail } from '../../../flows/show-staff-orders.ts';
import { formatWhen } from '../../dates.ts';
import { quoted } from '../../quoted.ts';
import { ItemList, type StaffFrame, StaffLayout, StatusTag } from '../layout.tsx';
import { MONEY_WORDS, wordOfReason } from '../words/money-words.ts';
import { ORDERS_WORDS } from '../words/orders-words.ts';
import { STAFF_WORDS, wordOfAction } from '../words/staff-words.ts';
import { TalkCostFact } from './model-cost.tsx';
import { AttemptsCard, MessagesCard } from './order-dealings.tsx';
import { DeedsCard } from './order-deeds.tsx';
import { MoneyCard, ReviewCards } from './order-money.tsx';
import { EventsCard, TimelineCard } from './order-timeline.tsx';

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
      <RatingFact frame={frame} order={order} />
      <dt>{words.total}</dt>
      <dd>{formatMoney(order.totalMinor, order.currency, locale)}</dd>
      <TalkCostFact locale={locale} talk={order.talk} />
    </dl>
  );
}

/** How they liked it: in a word, and in theirs. */
function RatingFact({ frame: { locale }, order: { rating } }: { frame: StaffFrame; order: OrderDetail }) {
  if (!rating) return null;
  return (
    <>
      <dt>{wordOfAction(STAFF_WORDS[locale], 'order.rated')}</dt>
      <dd>
        {wordOfReason(MONEY_WORDS[locale], rating.rating)}
        {rating.words && ` · ${quoted(rating.words, locale)}`}
      </dd>
    </>
  );
}

type OrderPageProps = {
  frame: StaffFrame;
  order: OrderDetail;
  /** Makes each form on this page one wish, however often it is sent. */
  requestKey: string;
  now: Date;
  /** What the form that was just sent came to. */
  notice?: { isGood: boolean; text: string };
};

export function orderPage({ frame, order, requestKey, now, notice }: OrderPageProps) {
  const words = STAFF_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={order.number}>
      {notice && (
        <p class={`card tone-${notice.isGood ? 'green' : 'red'}`} role={notice.isGood ? 'status' : 'alert'}>
          {notice.text}
        </p>
      )}
      <ReviewCards frame={frame} order={order} />
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
      <DeedsCard frame={frame} order={order} requestKey={requestKey} />
      <MoneyCard frame={frame} order={order} requestKey={requestKey} />
      <AttemptsCard frame={frame} order={order} now={now} />
      <MessagesCard frame={frame} order={order} />
      <TimelineCard frame={frame} order={order} />
      <EventsCard frame={frame} order={order} />
      <a class="button secondary" href={`/staff/orders/${order.id}/slip`}>
        {ORDERS_WORDS[frame.locale].slip}
      </a>
      <a class="button secondary" href="/staff">
        {words.allOrders}
      </a>
    </StaffLayout>
  );
}
