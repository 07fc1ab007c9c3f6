import { COLLECTABLE } from '../../../domain/order.ts';
import type { OrderDetail } from '../../../flows/show-staff-orders.ts';
import type { StaffFrame } from '../layout.tsx';
import { DEED_WORDS } from '../words/deed-words.ts';

type Props = { frame: StaffFrame; order: OrderDetail; requestKey: string };

/** What anyone at the counter may do with an order; money is a manager's (order-money.tsx). */
export function DeedsCard({ frame, order, requestKey }: Props) {
  const words = DEED_WORDS[frame.locale];
  const isFree = !order.disputed && !order.inReview;
  const isUnpaid = order.status === 'pending_payment';
  const deed = { frame, order, requestKey };
  return (
    <section class="card stack">
      {order.status === 'confirmed' && isFree && <Deed {...deed} deed="ready" label={words.ready} isMain />}
      {isFree && (isUnpaid || COLLECTABLE.includes(order.status)) && (
        <Deed {...deed} deed="send-again" label={isUnpaid ? words.sendLink : words.sendCode} />
      )}
      {isUnpaid && isFree && (
        <details class="fold">
          <summary class="button secondary">{words.cancel}</summary>
          <p>{words.cancelWarning}</p>
          <Deed {...deed} deed="cancel" label={words.cancelSure} />
        </details>
      )}
      <details class="fold">
        <summary class="button secondary">{words.note}</summary>
        <form method="post" action={`/staff/orders/${order.id}/note`} class="fields">
          <input type="hidden" name="csrf" value={frame.csrfToken} />
          <label>
            {words.noteLabel}
            <textarea name="note" required maxLength={500} rows={3} />
          </label>
          <button type="submit" class="button primary">
            {words.noteSubmit}
          </button>
        </form>
      </details>
    </section>
  );
}

function Deed(props: Props & { deed: 'ready' | 'send-again' | 'cancel'; label: string; isMain?: boolean }) {
  const { frame, order, requestKey, deed, label, isMain } = props;
  return (
    <form method="post" action={`/staff/orders/${order.id}/${deed}`}>
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      <input type="hidden" name="key" value={requestKey} />
      <button type="submit" class={`button ${isMain ? 'primary' : 'secondary'}`}>
        {label}
      </button>
    </form>
  );
}
