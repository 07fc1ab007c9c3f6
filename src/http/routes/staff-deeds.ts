import { randomUUID } from 'node:crypto';
import type { Express, Response } from 'express';
import { storableText } from '../../domain/storable.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { OrderDetail } from '../../flows/show-staff-orders.ts';
import { single } from '../identifiers.ts';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { readStaffForm } from '../staff/frame.ts';
import { requireForm } from '../staff/gate.ts';
import type { StaffFrame } from '../staff/layout.tsx';
import { orderPage } from '../staff/pages/order-page.tsx';
import { DEED_WORDS, type DeedOutcome, DONE_WELL } from '../staff/words/deed-words.ts';

type Needs = Pick<
  WebNeeds,
  | 'accounts'
  | 'badge'
  | 'clock'
  | 'shop'
  | 'csrfSecret'
  | 'publicUrl'
  | 'showOrder'
  | 'markReady'
  | 'sendAgain'
  | 'cancelAsStaff'
  | 'noteOrder'
>;

type Wish = { orderId: string; staffId: string };
type Deed = (wish: Wish, fields: Record<string, unknown>) => Promise<{ kind: DeedOutcome | 'unknown' }>;

/** What anyone at the counter may do with an order, each a form on its page. */
export function addStaffDeedRoutes(app: Express, needs: Needs): void {
  const deeds: Record<string, Deed> = {
    ready: (wish) => needs.markReady(wish),
    cancel: (wish) => needs.cancelAsStaff(wish),
    note: (wish, { note }) => needs.noteOrder({ ...wish, note: storableText(single(note)).slice(0, 500) }),
    async 'send-again'(wish, { key }) {
      const formKey = single(key);
      return isUuid(formKey) ? needs.sendAgain({ ...wish, formKey }) : { kind: 'nothing_to_send' };
    },
  };
  for (const [name, deed] of Object.entries(deeds)) {
    app.post(`/staff/orders/:id/${name}`, readStaffForm, async (req, res, next) => {
      const orderId = String(req.params.id);
      const path = `/staff/orders/${encodeURIComponent(orderId)}`;
      const frame = await requireForm(needs, req, res, { role: 'staff', path });
      if (!frame) return;
      const wish = { orderId, staffId: frame.staff.id };
      const { kind } = isUuid(orderId) ? await deed(wish, req.body ?? {}) : ({ kind: 'unknown' } as const);
      const order = kind === 'unknown' ? undefined : await needs.showOrder(orderId);
      if (kind === 'unknown' || !order) return next();
      logOf(res).info({ orderId, staffId: frame.staff.id, deed: name, outcome: kind }, 'a deed at the counter');
      answer(res, { frame, order, outcome: kind, now: needs.clock.now() });
    });
  }
}

/** The order as it is now, and what became of the wish: each deed may be sent again and is done once. */
function answer(res: Response, done: { frame: StaffFrame; order: OrderDetail; outcome: DeedOutcome; now: Date }): void {
  const { frame, order, outcome, now } = done;
  const isGood = DONE_WELL.includes(outcome);
  const notice = { isGood, text: DEED_WORDS[frame.locale].outcomes[outcome] };
  const status = isGood ? 200 : outcome === 'empty' ? 400 : 409;
  sendPage(res, status, orderPage({ frame, order, requestKey: randomUUID(), now, notice }));
}
