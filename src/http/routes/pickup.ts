import type { Express } from 'express';
import { isPickupToken } from '../../domain/pickup.ts';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { readStaffForm, staffFrame } from '../staff/frame.ts';
import { requireForm } from '../staff/gate.ts';
import { collectedPage, pickupPage, unknownPickupPage } from '../staff/pages/pickup-page.tsx';
import { requireStaff } from '../staff/session.ts';

type Needs = Pick<
  WebNeeds,
  'accounts' | 'badge' | 'shop' | 'csrfSecret' | 'publicUrl' | 'showPickup' | 'collectPickup'
>;

/** What the QR code opens. Who is not logged in learns nothing, not even whether the code is one of ours. */
export function addPickupRoutes(app: Express, needs: Needs): void {
  app.get('/pickup/:token', async (req, res) => {
    const staff = await requireStaff(needs.accounts, req, res);
    if (!staff) return;
    const frame = await staffFrame(needs, req, staff);
    const { token } = req.params;
    const view = isPickupToken(token) ? await needs.showPickup({ token }) : undefined;
    if (!view) return sendPage(res, 404, unknownPickupPage({ frame }));
    sendPage(res, 200, pickupPage({ frame, view, token }));
  });

  app.post('/pickup/:token/collect', readStaffForm, async (req, res) => {
    const { token } = req.params;
    const path = `/pickup/${encodeURIComponent(token)}`;
    const frame = await requireForm(needs, req, res, { role: 'staff', path });
    if (!frame) return;
    const { staff } = frame;
    const result = isPickupToken(token)
      ? await needs.collectPickup({ code: { token }, staff })
      : ({ kind: 'unknown' } as const);
    if (result.kind === 'unknown') return sendPage(res, 404, unknownPickupPage({ frame }));
    logOf(res).info({ orderId: result.view.orderId, staffId: staff.id, outcome: result.kind }, 'pickup tried');
    sendPage(res, result.kind === 'collected' ? 200 : 409, collectedPage({ frame, result }));
  });
}
