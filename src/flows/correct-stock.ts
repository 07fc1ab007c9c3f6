import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { moveSlot, moveStock, type SlotResult, type StockDeed, type StockDeedResult } from '../db/stock-deeds.ts';
import { transact } from '../db/transact.ts';
import type { Clock } from '../ports.ts';

export type { SlotResult, StockDeedResult };
export type StockWish = Omit<StockDeed, 'actor' | 'at'> & { staffId: string };

type Needs = { db: Db; clock: Clock };

/** What staff counted, received, lost or correct at a location: level, ledger and audit log together. */
export function correctStock({ db, clock }: Needs, { staffId, ...wish }: StockWish): Promise<StockDeedResult> {
  const [actor, at] = [`staff:${staffId}`, clock.now()];
  return transact(db, async (tx) => {
    const result = await moveStock(tx, { ...wish, actor, at });
    if (result.kind === 'moved') {
      const { productId, locationId, cause, reason } = wish;
      const details = { locationId, cause, reason, before: result.before, after: result.after, ...result.count };
      await writeAudit(tx, { actor, action: 'stock.corrected', subject: `product:${productId}`, details, at });
    }
    return result;
  });
}

export function changeSlot(
  { db, clock }: Needs,
  wish: { productId: string; locationId: string; slot: string | null; staffId: string },
): Promise<SlotResult> {
  const { productId, locationId, slot, staffId } = wish;
  return transact(db, async (tx) => {
    const result = await moveSlot(tx, { productId, locationId, slot });
    if (result.kind === 'slotted') {
      const details = { locationId, before: result.before, after: slot };
      const subject = `product:${productId}`;
      await writeAudit(tx, {
        ...{ actor: `staff:${staffId}`, action: 'stock.slot_changed', subject, details, at: clock.now() },
      });
    }
    return result;
  });
}
