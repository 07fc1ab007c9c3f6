import type { ComponentChildren } from 'preact';
import { formatMoney } from '../../../domain/money.ts';
import type { MoneyOverview } from '../../../flows/show-money.ts';
import { formatDay, formatWhen } from '../../dates.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { MONEY_WORDS, wordOfState } from '../words/money-words.ts';
import { SellingCostCard } from './model-cost.tsx';

type Props = { frame: StaffFrame; overview: MoneyOverview };

/** What moved of the shop's money in the last days; what waits for a manager is on the page of what needs them. */
export function moneyPage({ frame, overview }: Props) {
  const words = MONEY_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={words.money}>
      <h1>{words.money}</h1>
      <Days frame={frame} overview={overview} />
      <Disputes frame={frame} overview={overview} />
      <SellingCostCard locale={frame.locale} cost={overview.selling} />
      <p class="soft small">
        {overview.comparedAt
          ? `${words.overview.compared} ${formatWhen(overview.comparedAt, frame.locale, frame.shop.timezone)}`
          : words.overview.notCompared}
      </p>
      <ForeignEvents frame={frame} overview={overview} />
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

function Disputes({ frame, overview }: Props) {
  const { locale } = frame;
  const words = MONEY_WORDS[locale];
  return (
    <Lines title={words.overview.disputes}>
      {overview.disputes.map((dispute) => (
        <li key={`${dispute.orderId} ${dispute.status}`}>
          <span>
            <a href={`/staff/orders/${dispute.orderId}`}>{dispute.orderNumber}</a>
            <small>{wordOfState(words, dispute.status)}</small>
          </span>
          <b class="amount">{formatMoney(dispute.amountMinor, dispute.currency, locale)}</b>
        </li>
      ))}
    </Lines>
  );
}

function ForeignEvents({ frame, overview }: Props) {
  const { locale, shop } = frame;
  const { foreignEvents, foreignEventsAdvice } = MONEY_WORDS[locale].overview;
  return (
    <Lines title={foreignEvents} advice={foreignEventsAdvice}>
      {overview.foreignEvents.map((event) => (
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
