import type { Express } from 'express';
import { storableText } from '../../domain/storable.ts';
import { single } from '../identifiers.ts';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { requireRole } from '../staff/gate.ts';
import { type AuditQuery, auditPage } from '../staff/pages/audit-page.tsx';

type Needs = Pick<WebNeeds, 'accounts' | 'badge' | 'shop' | 'csrfSecret' | 'publicUrl' | 'showAudit'>;

/** The audit log of the whole shop, for managers. */
export function addStaffAuditRoutes(app: Express, needs: Needs): void {
  app.get('/staff/audit', async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (!frame) return;
    const [person, action, order] = [req.query.person, req.query.action, req.query.order].map((given) =>
      storableText(single(given)).trim().slice(0, 80),
    );
    const cursor = single(req.query.before);
    const before = /^\d{1,18}$/.test(cursor) ? BigInt(cursor) : undefined;
    const query: AuditQuery = { ...(person && { person }), ...(action && { action }), ...(order && { order }) };
    const view = await needs.showAudit({
      ...(person && { personId: person }),
      ...(action && { action }),
      ...(order && { orderNumber: order }),
      ...(before && { before }),
    });
    sendPage(res, 200, auditPage({ frame, view, query, isFirst: before === undefined }));
  });
}
