import type { Express } from 'express';
import { isUuid } from '../../domain/uuid.ts';
import { single } from '../identifiers.ts';
import type { LiveStreams } from '../live-streams.ts';
import type { AppNeeds } from '../needs.ts';
import { sessionKey } from '../staff/csrf.ts';
import { accountHeaders } from '../staff/session.ts';

type Needs = Pick<AppNeeds, 'accounts' | 'csrfSecret'>;

export function addStaffLiveRoutes(app: Express, needs: Needs, streams: LiveStreams): void {
  /**
   * That something changed, as server-sent events: `reread` and `change` (domain/live-change.ts). `?orders`: with any order;
   * `?concerns`: in what needs somebody; `?conversation=`: in that one; else in any conversation. On all of them, what the
   * badge shows from now on: `badge`.
   */
  app.get('/staff/live', async (req, res) => {
    const { accounts, csrfSecret } = needs;
    const headers = accountHeaders(req);
    const staff = await accounts.current(headers);
    res.setHeader('Cache-Control', 'no-store');
    // A script asks, no person: nobody is sent to the login page.
    if (!staff) return void res.status(401).json({ error: 'not_logged_in' });
    const conversationId = single(req.query.conversation);
    const wants = req.query.orders !== undefined ? 'orders' : req.query.concerns !== undefined ? 'concerns' : 'talk';
    const isOpen = streams.open(res, {
      staffId: staff.id,
      role: staff.role,
      session: sessionKey(csrfSecret, req),
      isAbout(change) {
        if (wants === 'concerns') return ['concern', 'order', 'conversation'].includes(change.kind);
        if (change.kind === 'order') return wants === 'orders';
        if (change.kind === 'concern') return false;
        return wants === 'talk' && (!isUuid(conversationId) || change.conversationId === conversationId);
      },
      isStillLoggedIn: async () => (await accounts.current(headers)) !== undefined,
    });
    if (!isOpen) res.status(429).json({ error: 'too_many_streams' });
  });
}
