import { formatMoney } from '../../../domain/money.ts';
import type { OrderDetail } from '../../../flows/show-staff-orders.ts';
import { formatAge, formatWhen } from '../../dates.ts';
import type { StaffFrame } from '../layout.tsx';
import { CONVERSATION_WORDS, wordOfDelivery } from '../words/conversation-words.ts';
import { DEALINGS_WORDS } from '../words/dealings-words.ts';

type Props = { frame: StaffFrame; order: OrderDetail };

/** Each payment link, how old it is, and whether it can still be paid. */
export function AttemptsCard({ frame, order, now }: Props & { now: Date }) {
  const { locale, shop } = frame;
  const words = DEALINGS_WORDS[locale];
  if (order.attempts.length === 0) return null;
  return (
    <section class="card">
      <h2>{words.attempts}</h2>
      <ul class="ledger">
        {order.attempts.map((attempt) => {
          const isOpen = attempt.isOpen && attempt.expiresAt > now;
          const endedAt = attempt.paidAt ?? attempt.closedAt;
          return (
            <li key={attempt.id}>
              <span>
                {words.attemptStates[attempt.status]}
                {endedAt && ` · ${formatWhen(endedAt, locale, shop.timezone)}`}
                <small class="soft">
                  {words.made} {formatWhen(attempt.createdAt, locale, shop.timezone)},{' '}
                  {words.age(formatAge(now.getTime() - attempt.createdAt.getTime(), locale))}
                </small>
                {isOpen && (
                  <small class="soft">
                    {words.openUntil} {formatWhen(attempt.expiresAt, locale, shop.timezone)}
                  </small>
                )}
                {!isOpen && !attempt.paidAt && <small class="soft">{words.over}</small>}
              </span>
              <span class="amount">{formatMoney(attempt.amountMinor, attempt.currency, locale)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What the customer was written about this order, and how far each message got. */
export function MessagesCard({ frame, order }: Props) {
  const { locale, shop } = frame;
  const words = DEALINGS_WORDS[locale];
  return (
    <section class="card">
      <h2>{words.messages}</h2>
      {order.messages.length === 0 && <p class="soft">{words.noMessages}</p>}
      <ol class="timeline">
        {order.messages.map(({ id, at, text, hasPicture, delivery }) => (
          <li key={id}>
            <span class="soft small">
              {formatWhen(at, locale, shop.timezone)}
              {hasPicture && ` · ${words.withPicture}`}
            </span>
            <details class="fold">
              <summary class="last-words">{text}</summary>
              <p class="said">{text}</p>
            </details>
            <small class={delivery.status === 'failed' || delivery.status === 'undelivered' ? 'lost' : 'soft'}>
              {wordOfDelivery(CONVERSATION_WORDS[locale], delivery)}
            </small>
          </li>
        ))}
      </ol>
      {order.conversationId && (
        <a class="button secondary" href={`/staff/conversations/${order.conversationId}#latest`}>
          {CONVERSATION_WORDS[locale].conversation}
        </a>
      )}
    </section>
  );
}
