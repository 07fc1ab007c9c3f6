import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { lockOrder, moveOrder } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { moneyStandsFor } from '../db/payments.ts';
import { findPickup, type PickupKey, type PickupRow, redeemPickup } from '../db/pickups.ts';
import { transact } from '../db/transact.ts';
import { AppError } from '../domain/errors.ts';
import { plainOrderMessage } from '../domain/messages.ts';
import { COLLECTABLE } from '../domain/order.ts';
import { hashPickupToken, type PickupCode } from '../domain/pickup.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, StaffIdentity } from '../ports.ts';

export type PickupView = Omit<PickupRow, 'mediaUntil'>;

export type NotCollectable = 'unpaid' | 'expired' | 'cancelled' | 'refunded' | 'being_refunded' | 'disputed' | 'review';
export type CollectResult =
  | { kind: 'collected' | 'already_collected'; view: PickupView }
  | { kind: 'not_collectable'; reason: NotCollectable; view: PickupView }
  | { kind: 'unknown' };

const viewOf = ({ mediaUntil: _mediaUntil, ...view }: PickupRow): PickupView => view;
const keyOf = (code: PickupCode): PickupKey => ('token' in code ? { tokenHash: hashPickupToken(code.token) } : code);

/** What a scanned or typed code stands for; undefined for a code that is not ours. */
export async function showPickup(needs: { db: Db }, code: PickupCode): Promise<PickupView | undefined> {
  const pickup = await findPickup(needs.db, keyOf(code));
  return pickup && viewOf(pickup);
}

/** Whether /media/qr may draw this token. */
export async function pickupQrIsServed(needs: { db: Db; clock: Clock }, token: string): Promise<boolean> {
  const mediaUntil = (await findPickup(needs.db, keyOf({ token })))?.mediaUntil;
  return mediaUntil ? needs.clock.now() < mediaUntil : false;
}

/** Hands an order over: once, by a logged-in member of staff, only while it is paid and undisputed (invariant 6). */
export async function collectPickup(
  needs: { db: Db; clock: Clock; texts: Texts },
  input: { code: PickupCode; staff: StaffIdentity },
): Promise<CollectResult> {
  const key = keyOf(input.code);
  const at = needs.clock.now();
  return transact(needs.db, async (tx): Promise<CollectResult> => {
    const scanned = await findPickup(tx, key);
    // Under the order's lock: a dispute or refund that comes at this moment waits, or was first.
    const order = scanned && (await lockOrder(tx, scanned.orderId));
    if (!order) return { kind: 'unknown' };
    if (!(await moneyStandsFor(tx, order.id))) return refusal((await findPickup(tx, key)) ?? scanned);
    const redeemed = await redeemPickup(tx, order.id, input.staff.id, at);
    const pickup = (await findPickup(tx, key)) ?? scanned;
    if (!redeemed) return refusal(pickup);
    if (!(await moveOrder(tx, pickup.orderId, COLLECTABLE, 'collected', at))) {
      throw new AppError('pickup_without_order', 'a redeemed pickup left its order behind');
    }
    const actor = `staff:${input.staff.id}`;
    await writeAudit(tx, { actor, action: 'order.collected', subject: `order:${order.id}`, at });
    await enqueueMessage(tx, {
      businessKey: `collected:${order.id}`,
      customerId: order.customerId,
      orderId: order.id,
      content: plainOrderMessage(needs.texts, order, 'collected'),
      at: needs.clock.now(),
    });
    return { kind: 'collected', view: viewOf({ ...pickup, status: 'collected' }) };
  });
}

function refusal(pickup: PickupRow): CollectResult {
  const view = viewOf(pickup);
  if (pickup.collectedAt && pickup.status !== 'refunded') return { kind: 'already_collected', view };
  const reasons = {
    pending_payment: 'unpaid',
    expired: 'expired',
    cancelled: 'cancelled',
    refunded: 'refunded',
  } as const;
  const hindrance = pickup.isBeingRefunded ? 'being_refunded' : pickup.disputed ? 'disputed' : 'review';
  const reason = reasons[pickup.status as keyof typeof reasons] ?? hindrance;
  return { kind: 'not_collectable', reason, view };
}
