import type { ComponentChildren } from 'preact';
import { formatMicroUsd } from '../../../domain/model-cost.ts';
import { formatMoney } from '../../../domain/money.ts';
import type { Concern } from '../../../flows/show-concerns.ts';
import { formatDay, formatWhen } from '../../dates.ts';
import type { StaffFrame } from '../layout.tsx';
import { CONCERN_WORDS, wordOfMessage } from '../words/concern-words.ts';
import { CONVERSATION_WORDS, wordOfDelivery } from '../words/conversation-words.ts';
import { MONEY_WORDS, wordOfReason, wordOfState } from '../words/money-words.ts';
import { STAFF_WORDS } from '../words/staff-words.ts';

type Props = { frame: StaffFrame; concern: Concern };

const OrderLink = ({ orderId, orderNumber }: { orderId: string; orderNumber: string }) => (
  <a class="whole" href={`/staff/orders/${orderId}`}>
    {orderNumber}
  </a>
);

/** What a concern is about, with the way to where it is dealt with, and what is known of it. */
export function ConcernFacts({ frame, concern }: Props) {
  const { what, more } = factsOf(frame, concern);
  return (
    <>
      <b>{what}</b>
      {more && <span>{more}</span>}
    </>
  );
}

type Line = { what: ComponentChildren; more?: ComponentChildren };

function factsOf(frame: StaffFrame, concern: Concern): Line {
  const { locale, shop } = frame;
  const words = CONCERN_WORDS[locale];
  const money = MONEY_WORDS[locale];
  switch (concern.kind) {
    case 'dispute': {
      const { status, dueBy, amountMinor, currency } = concern.facts;
      const due = dueBy ? `${money.dueBy} ${formatWhen(new Date(dueBy), locale, shop.timezone)}` : words.noDueDate;
      const amount = formatMoney(amountMinor, currency, locale);
      return { what: <OrderLink {...concern.facts} />, more: `${amount} · ${wordOfState(money, status)}, ${due}` };
    }
    case 'refund_stuck': {
      const { amountMinor, currency, reason } = concern.facts;
      const amount = formatMoney(amountMinor, currency, locale);
      return { what: <OrderLink {...concern.facts} />, more: [amount, reason].filter(Boolean).join(' · ') };
    }
    case 'review':
      return { what: <OrderLink {...concern.facts} />, more: wordOfReason(money, concern.facts.reason) };
    case 'checkout_stuck':
      return { what: <OrderLink {...concern.facts} />, more: concern.facts.reason };
    case 'checkout_given_up': {
      const { customerName, reason } = concern.facts;
      const name = customerName ?? STAFF_WORDS[locale].noName;
      return { what: <OrderLink {...concern.facts} />, more: [name, reason].filter(Boolean).join(' · ') };
    }
    case 'link_stuck':
      return { what: <OrderLink {...concern.facts} /> };
    case 'event_failed':
      return {
        what: (
          <a href={`/staff/events/${concern.id}`}>
            <code>{concern.facts.type}</code>
          </a>
        ),
        more: concern.facts.reason,
      };
    case 'ledger_differs':
      return { what: formatDay(concern.facts.day, locale), more: words.differences(concern.facts.count) };
    default:
      return otherFactsOf(frame, concern);
  }
}

type OfMoney = 'dispute' | 'refund_stuck' | 'review' | 'event_failed' | 'ledger_differs';
type OfCheckout = 'checkout_stuck' | 'checkout_given_up' | 'link_stuck';
type Other = Exclude<Concern, { kind: OfMoney | OfCheckout }>;

function otherFactsOf({ locale }: StaffFrame, concern: Other): Line {
  const words = CONCERN_WORDS[locale];
  switch (concern.kind) {
    case 'person_waiting': {
      const { customerName, conversationId } = concern.facts;
      const name = customerName ?? STAFF_WORDS[locale].noName;
      return { what: <a href={`/staff/conversations/${conversationId}#latest`}>{name}</a> };
    }
    case 'message_failed': {
      const { customerName, orderId, orderNumber, message } = concern.facts;
      const name = customerName ?? STAFF_WORDS[locale].noName;
      const delivery = wordOfDelivery(CONVERSATION_WORDS[locale], concern.facts);
      return {
        what: wordOfMessage(words, message),
        more: (
          <>
            {name}
            {orderId && orderNumber && ' · '}
            {orderId && orderNumber && <OrderLink {...{ orderId, orderNumber }} />}
            {' · '}
            {delivery}
          </>
        ),
      };
    }
    case 'work_stuck': {
      const { work, count } = concern.facts;
      return { what: `${words.works[work as keyof typeof words.works]} (${count})` };
    }
    case 'notification_failed': {
      const { channel, to, orderId, orderNumber, reason } = concern.facts;
      const notice = words.notices[`${channel}_${to}` as keyof typeof words.notices];
      return {
        what: (
          <>
            {notice} {orderId && orderNumber && <OrderLink {...{ orderId, orderNumber }} />}
          </>
        ),
        more: reason,
      };
    }
    case 'template': {
      const { key, locale: language, approval } = concern.facts;
      return { what: `${wordOfMessage(words, key)} (${language})`, more: words.approvals[approval] ?? approval };
    }
    case 'stock_low': {
      const { productId, label, place, left, sold } = concern.facts;
      return {
        what: <a href={`/staff/catalogue/${productId}`}>{label}</a>,
        more: `${place} · ${words.left(left, sold)}`,
      };
    }
    case 'model_budget_spent':
      return { what: words.modelSpent(formatMicroUsd(concern.facts.microUsd, locale)) };
    case 'model_paused':
      return { what: words.modelPaused };
  }
}

/** What can be done about it here, beside following its link. */
export function ConcernActs({ frame, concern }: Props) {
  const words = CONCERN_WORDS[frame.locale];
  const act = (path: string, label: string) => <Act key={path} {...{ frame, path, label }} />;
  const { kind, id } = concern;
  switch (kind) {
    case 'message_failed':
      return (
        <div class="acts">
          {concern.facts.orderId && act(`messages/${id}/again`, words.sendAgain)}
          <OpenConversation frame={frame} {...concern.facts} />
          {act(`messages/${id}/settle`, words.settle)}
        </div>
      );
    case 'checkout_given_up':
      return (
        <div class="acts">
          <OpenConversation frame={frame} {...concern.facts} />
        </div>
      );
    case 'event_failed':
      return (
        <div class="acts">
          {act(`events/${id}/again`, MONEY_WORDS[frame.locale].event.replay)}
          {act(`events/${id}/settle`, words.settle)}
        </div>
      );
    case 'notification_failed':
      return (
        <div class="acts">
          {act(`notifications/${id}/again`, words.sendAgain)}
          {act(`notifications/${id}/settle`, words.settle)}
        </div>
      );
    default:
      return null;
  }
}

const OpenConversation = ({ frame, conversationId }: { frame: StaffFrame; conversationId: string }) => (
  <a class="button secondary" href={`/staff/conversations/${conversationId}#latest`}>
    {CONCERN_WORDS[frame.locale].openConversation}
  </a>
);

function Act({ frame, path, label }: { frame: StaffFrame; path: string; label: string }) {
  return (
    <form method="post" action={`/staff/needs-you/${path}`}>
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      <button type="submit" class="button secondary">
        {label}
      </button>
    </form>
  );
}
