import { refundHindrance } from '../../../domain/dispute.ts';
import { formatMoney } from '../../../domain/money.ts';
import { STAFF_REFUND_REASONS } from '../../../domain/refund.ts';
import type { OrderDetail, OrderPayment } from '../../../flows/show-staff-orders.ts';
import { formatWhen } from '../../dates.ts';
import type { StaffFrame } from '../layout.tsx';
import { MONEY_WORDS, wordOfReason, wordOfState } from '../words/money-words.ts';

type Props = { frame: StaffFrame; order: OrderDetail; requestKey: string };

const isManager = ({ staff }: StaffFrame) => staff.role === 'manager';

/** What a person has to decide before anything else happens to this order, and the buttons for it. */
export function ReviewCards({ frame, order }: Omit<Props, 'requestKey'>) {
  return (
    <>
      {order.reviews.map((review) => (
        <ReviewCard key={review.id} frame={frame} order={order} review={review} />
      ))}
    </>
  );
}

type ReviewProps = Omit<Props, 'requestKey'> & { review: OrderDetail['reviews'][number] };

function ReviewCard({ frame, order, review: { id, reason, ways, hasRefundWaiting } }: ReviewProps) {
  const { review } = MONEY_WORDS[frame.locale];
  return (
    <section class="card tone-amber" role="alert">
      <h2 class="loud">{review.title}</h2>
      <p>{review.advice[reason]}</p>
      {hasRefundWaiting && <p>{review.refundWaiting}</p>}
      {isManager(frame) && ways.length > 0 && (
        <details class="fold">
          <summary class="button secondary">{review.open}</summary>
          <form method="post" action={`/staff/orders/${order.id}/release`} class="fields">
            <input type="hidden" name="csrf" value={frame.csrfToken} />
            <input type="hidden" name="review" value={id} />
            <label>
              {review.decision}
              <select name="outcome">
                {ways.map((way) => (
                  <option key={way} value={way}>
                    {review.outcomes[way]}
                  </option>
                ))}
              </select>
            </label>
            <label>
              {review.note}
              <input type="text" name="note" required maxLength={300} autoComplete="off" />
            </label>
            <button type="submit" class="button primary">
              {review.submit}
            </button>
          </form>
        </details>
      )}
    </section>
  );
}

/** Every payment of the order with what became of it, and for managers the way back. */
export function MoneyCard(props: Props) {
  const { frame, order } = props;
  const words = MONEY_WORDS[frame.locale];
  if (order.money.payments.length === 0) return null;
  return (
    <section class="card">
      <h2>{words.money}</h2>
      {order.money.payments.map((payment) => (
        <PaymentBlock key={payment.id} {...props} payment={payment} />
      ))}
      {!isManager(frame) && <p class="soft small">{words.refund.managersOnly}</p>}
    </section>
  );
}

function PaymentBlock({ payment, ...props }: Props & { payment: OrderPayment }) {
  const { locale, shop } = props.frame;
  const words = MONEY_WORDS[locale];
  const isChargedBack = refundHindrance(payment.disputes.map(({ status }) => status)) === 'charged_back';
  const money = (amountMinor: number) => formatMoney(amountMinor, payment.currency, locale);
  const day = (at: Date) => formatWhen(at, locale, shop.timezone);
  return (
    <div class="payment">
      <ul class="ledger">
        <li>
          <span>
            {words.received}
            <small class="soft">{day(payment.receivedAt)}</small>
          </span>
          <b class="amount">{money(payment.amountMinor)}</b>
        </li>
        {payment.refunds.map((refund) => (
          <li key={refund.id}>
            <span>
              {words.refunded} · {wordOfState(words, refund.status)}
              <small class="soft">
                {day(refund.createdAt)}
                {refund.reason && ` · ${wordOfReason(words, refund.reason)}`}
              </small>
            </span>
            <span class="amount">−{money(refund.amountMinor)}</span>
          </li>
        ))}
        {payment.disputes.map((dispute) => (
          <li key={dispute.id}>
            <span>
              {words.dispute} · {wordOfState(words, dispute.status)}
              {dispute.dueBy && (
                <small class="soft">
                  {words.dueBy} {day(dispute.dueBy)}
                </small>
              )}
            </span>
            <span class="amount">
              {dispute.status === 'lost' ? `−${money(dispute.amountMinor)}` : money(dispute.amountMinor)}
            </span>
          </li>
        ))}
        {payment.leftMinor < payment.amountMinor && (
          <li>
            <span>{words.left}</span>
            <b class="amount">{money(payment.leftMinor)}</b>
          </li>
        )}
      </ul>
      {isManager(props.frame) && payment.leftMinor > 0 && !isChargedBack && <RefundForm {...props} payment={payment} />}
    </div>
  );
}

function RefundForm({ frame, order, requestKey, payment }: Props & { payment: OrderPayment }) {
  const words = MONEY_WORDS[frame.locale];
  const { refund } = words;
  const left = formatMoney(payment.leftMinor, payment.currency, frame.locale);
  return (
    <details class="fold">
      <summary class="button secondary">{refund.open}</summary>
      <form method="post" action={`/staff/orders/${order.id}/refund`} class="fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <input type="hidden" name="payment" value={payment.id} />
        <input type="hidden" name="key" value={requestKey} />
        <label>
          {refund.amount}
          <input type="text" name="amount" inputMode="decimal" autoComplete="off" placeholder={left} />
          <small class="soft">
            {refund.amountHint} {left}
          </small>
        </label>
        <label>
          {refund.reason}
          <select name="reason">
            {STAFF_REFUND_REASONS.map((reason) => (
              <option key={reason} value={reason}>
                {wordOfReason(words, reason)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {refund.restock}
          <select name="restock">
            <option value="">{refund.restockAuto}</option>
            <option value="yes">{refund.restockYes}</option>
            <option value="no">{refund.restockNo}</option>
          </select>
        </label>
        <button type="submit" class="button primary">
          {refund.submit}
        </button>
      </form>
    </details>
  );
}
