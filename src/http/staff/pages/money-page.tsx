import type { ComponentChildren } from 'preact';
import { formatMoney } from '../../../domain/money.ts';
import type { EventRow, MoneyOverview } from '../../../flows/show-money.ts';
import { formatDay, formatWhen } from '../../dates.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { MONEY_WORDS, wordOfReason, wordOfState } from '../money-words.ts';
import { SellingCostCard } from './model-cost.tsx';

type Props = { frame: StaffFrame; overview: MoneyOverview };

/** What of the shop's money waits for a manager, and what moved in the last days. */
export function moneyPage({ frame, overview }: Props) {
  const words = MONEY_WORDS[frame.locale];
  const { reviews, disputes, refunds, failedEvents, comparison } = overview;
  const isQuiet = [reviews, disputes, refunds, failedEvents, comparison.differing].every((list) => list.length === 0);
  return (
    <StaffLayout frame={frame} title={words.money}>
      <h1>{words.money}</h1>
      {isQuiet && <p class="card tone-green">{words.overview.nothing}</p>}
      <Reviews frame={frame} overview={overview} />
      <Disputes frame={frame} overview={overview} />
      <Refunds frame={frame} overview={overview} />
      <Events
        frame={frame}
        events={failedEvents}
        title={words.overview.failedEvents}
        advice={words.overview.failedEventsAdvice}
      />
      <Comparison frame={frame} overview={overview} />
      <Days frame={frame} overview={overview} />
      <SellingCostCard locale={frame.locale} cost={overview.selling} />
      <p class="soft small">
        {comparison.at
          ? `${words.overview.compared} ${formatWhen(comparison.at, frame.locale, frame.shop.timezone)}`
          : words.overview.notCompared}
      </p>
      <Events
        frame={frame}
        events={overview.foreignEvents}
        title={words.overview.foreignEvents}
        advice={words.overview.foreignEventsAdvice}
      />
    </StaffLayout>
  );
}

/** A card with a title and lines; nothing when there is no line. */
function Lines({ title, advice, children }: { title: string; advice?: string; children: ComponentChildren[] }) {
  if (children.length === 0) return null;
  return (
    <section class="card">
      <h2>{title}</h2>
      {advice && <p class="soft small">{advice}</p>}
      <ul class="ledger">{children}</ul>
    </section>
  );
}

const OrderLink = ({ orderId, orderNumber }: { orderId: string; orderNumber: string }) => (
  <a href={`/staff/orders/${orderId}`}>{orderNumber}</a>
);

function Reviews({ frame, overview }: Props) {
  const words = MONEY_WORDS[frame.locale];
  return (
    <Lines title={words.overview.reviews}>
      {overview.reviews.map((review) => (
        <li key={review.orderId}>
          <OrderLink {...review} />
          <span>{wordOfReason(words, review.reason)}</span>
        </li>
      ))}
    </Lines>
  );
}

function Disputes({ frame, overview }: Props) {
  const { locale, shop } = frame;
  const words = MONEY_WORDS[locale];
  return (
    <Lines title={words.overview.disputes}>
      {overview.disputes.map((dispute) => (
        <li key={`${dispute.orderId} ${dispute.status}`}>
          <span>
            <OrderLink {...dispute} />
            <small>
              {wordOfState(words, dispute.status)}
              {dispute.dueBy && `, ${words.overview.dueBy} ${formatWhen(dispute.dueBy, locale, shop.timezone)}`}
            </small>
          </span>
          <b class="amount">{formatMoney(dispute.amountMinor, dispute.currency, locale)}</b>
        </li>
      ))}
    </Lines>
  );
}

function Refunds({ frame, overview }: Props) {
  const { locale, shop } = frame;
  return (
    <Lines title={MONEY_WORDS[locale].overview.refunds}>
      {overview.refunds.map((refund) => (
        <li key={`${refund.orderId} ${refund.createdAt.getTime()}`}>
          <span>
            <OrderLink {...refund} />
            <small class="soft">
              {formatWhen(refund.createdAt, locale, shop.timezone)}
              {refund.lastError && ` · ${refund.lastError}`}
            </small>
          </span>
          <b class="amount">{formatMoney(refund.amountMinor, refund.currency, locale)}</b>
        </li>
      ))}
    </Lines>
  );
}

function Events(props: { frame: StaffFrame; events: EventRow[]; title: string; advice: string }) {
  const { locale, shop } = props.frame;
  return (
    <Lines title={props.title} advice={props.advice}>
      {props.events.map((event) => (
        <li key={event.id}>
          <span>
            <a href={`/staff/events/${event.id}`}>
              <code>{event.type}</code>
            </a>
            <small class="soft">
              {formatWhen(event.at, locale, shop.timezone)}
              {event.reason && ` · ${event.reason}`}
            </small>
          </span>
        </li>
      ))}
    </Lines>
  );
}

function Days({ frame, overview }: Props) {
  const { locale } = frame;
  const words = MONEY_WORDS[locale];
  return (
    <Lines title={words.overview.days}>
      {overview.days.map(({ day, currency, receivedMinor, refundedMinor, lostMinor }) => (
        <li key={`${day} ${currency}`}>
          <span>
            {formatDay(day, locale)}
            {refundedMinor > 0 && (
              <small class="soft">
                {words.refunded} −{formatMoney(refundedMinor, currency, locale)}
              </small>
            )}
            {lostMinor > 0 && (
              <small class="soft">
                {words.lost} −{formatMoney(lostMinor, currency, locale)}
              </small>
            )}
          </span>
          <b class="amount">{formatMoney(receivedMinor, currency, locale)}</b>
        </li>
      ))}
    </Lines>
  );
}

function Comparison({ frame, overview }: Props) {
  const { differing, differingAdvice, differences } = MONEY_WORDS[frame.locale].overview;
  return (
    <Lines title={differing} advice={differingAdvice}>
      {overview.comparison.differing.map(({ day, remaining }) => (
        <li key={day}>
          <span>{formatDay(day, frame.locale)}</span>
          <span>
            {remaining} {differences}
          </span>
        </li>
      ))}
    </Lines>
  );
}
