import type { Express, Response } from 'express';
import { countFor } from '../../domain/concern.ts';
import type { StaffRole } from '../../domain/staff-role.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { WebNeeds } from '../needs.ts';
import { sendFragment, sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { readStaffForm } from '../staff/frame.ts';
import { requireForm, requireRole } from '../staff/gate.ts';
import type { StaffFrame } from '../staff/layout.tsx';
import { ConcernList, needsYouPage } from '../staff/pages/needs-you-page.tsx';
import type { ConcernOutcome } from '../staff/words/concern-words.ts';

type Needs = Pick<
  WebNeeds,
  | 'accounts'
  | 'badge'
  | 'shop'
  | 'csrfSecret'
  | 'publicUrl'
  | 'showConcerns'
  | 'sendMessagesAgain'
  | 'settleMessage'
  | 'replayPaymentEvent'
  | 'replayGivenUpEvents'
  | 'settlePaymentEvent'
  | 'sendNotificationAgain'
  | 'settleNotification'
>;

const PATH = '/staff/needs-you';

/** Done, or not to be done any more. `id`: of one. */
type Act = { role: StaffRole; forOne?: (id: string, by: string) => Promise<ConcernOutcome> } & {
  forAll?: (by: string) => Promise<ConcernOutcome>;
};

const GONE: ConcernOutcome = { kind: 'gone' };
const doneIf = (isDone: boolean, kind: 'settled' | 'notification_sent'): ConcernOutcome => (isDone ? { kind } : GONE);
const counted = (kind: 'messages_sent' | 'events_replayed', count: number): ConcernOutcome =>
  count > 0 ? { kind, count } : GONE;

/** What each form of the page does; money and mail are the managers'. */
const actsOf = (needs: Needs): Record<string, Act> => ({
  'messages/:id/again': {
    role: 'staff',
    forOne: async (id, by) => counted('messages_sent', await needs.sendMessagesAgain({ id, by })),
    forAll: async (by) => counted('messages_sent', await needs.sendMessagesAgain({ id: 'all', by })),
  },
  'messages/:id/settle': {
    role: 'staff',
    forOne: async (id, by) => doneIf(await needs.settleMessage({ id, by }), 'settled'),
  },
  'events/:id/again': {
    role: 'manager',
    forOne: async (eventId, by) => counted('events_replayed', Number(await needs.replayPaymentEvent({ eventId, by }))),
    forAll: async (by) => counted('events_replayed', await needs.replayGivenUpEvents({ by })),
  },
  'events/:id/settle': {
    role: 'manager',
    forOne: async (id, by) => doneIf(await needs.settlePaymentEvent({ id, by }), 'settled'),
  },
  'notifications/:id/again': {
    role: 'manager',
    forOne: async (id, by) => doneIf(await needs.sendNotificationAgain({ id, by }), 'notification_sent'),
  },
  'notifications/:id/settle': {
    role: 'manager',
    forOne: async (id, by) => doneIf(await needs.settleNotification({ id, by }), 'settled'),
  },
});

/** What needs somebody, in one list, and what can be done about it there. */
export function addStaffConcernRoutes(app: Express, needs: Needs): void {
  app.get(PATH, async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'staff' });
    if (!frame) return;
    if (req.query.part !== 'live') return send(needs, res, { frame });
    sendFragment(res, ConcernList({ frame, ...(await needs.showConcerns({ role: frame.staff.role })) }));
  });

  for (const [name, { role, forOne, forAll }] of Object.entries(actsOf(needs))) {
    app.post(`${PATH}/${name}`, readStaffForm, async (req, res, next) => {
      const frame = await requireForm(needs, req, res, { role, path: PATH });
      if (!frame) return;
      const { id = '' } = req.params as { id?: string };
      const by = `staff:${frame.staff.id}`;
      const act = id === 'all' ? forAll?.(by) : isUuid(id) ? forOne?.(id, by) : undefined;
      if (!act) return next();
      const outcome = await act;
      logOf(res).info({ staffId: frame.staff.id, act: name, id, outcome }, 'a concern was seen to');
      await send(needs, res, { frame, outcome });
    });
  }
}

/** The list as it is now, with its own count in the badge: they never disagree on this page. */
async function send(needs: Needs, res: Response, answer: { frame: StaffFrame; outcome?: ConcernOutcome }) {
  const { frame, outcome } = answer;
  const { role } = frame.staff;
  const shown = await needs.showConcerns({ role });
  const page = needsYouPage({
    frame: { ...frame, needsYou: countFor(shown.counts, role) },
    ...shown,
    ...(outcome && { outcome }),
  });
  sendPage(res, outcome?.kind === 'gone' ? 409 : 200, page);
}
