import type { Express, Request, Response } from 'express';
import { z } from 'zod';
import { staffRole } from '../../domain/staff-role.ts';
import { storableText } from '../../domain/storable.ts';
import { single } from '../identifiers.ts';
import type { AppNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { isOurForm } from '../staff/csrf.ts';
import { readStaffForm, staffFrame } from '../staff/frame.ts';
import type { StaffFrame } from '../staff/layout.tsx';
import { formExpiredPage } from '../staff/pages/form-expired-page.tsx';
import { managersOnlyPage } from '../staff/pages/payment-event-page.tsx';
import { teamPage } from '../staff/pages/team-page.tsx';
import { requireStaff } from '../staff/session.ts';
import type { TeamOutcome } from '../staff/team-words.ts';

type Needs = Pick<
  AppNeeds,
  | 'accounts'
  | 'shop'
  | 'csrfSecret'
  | 'publicUrl'
  | 'showTeam'
  | 'changeRole'
  | 'removeStaff'
  | 'inviteStaff'
  | 'withdrawInvite'
  | 'makeResetLink'
>;
type Outcome = { kind: TeamOutcome } | { kind: 'made'; link: string; wasMailed: boolean };
type Deed = (fields: Record<string, unknown>, frame: StaffFrame) => Promise<Outcome>;

const PATH = '/staff/team';

/** Who works here: for managers, who invite, change roles, remove, and help who forgot the password. */
export function addStaffTeamRoutes(app: Express, needs: Needs): void {
  app.get(PATH, async (req, res) => {
    const frame = await requireManager(needs, req, res);
    if (frame) sendPage(res, 200, teamPage({ frame, team: await needs.showTeam() }));
  });

  for (const [name, deed] of Object.entries(deedsOf(needs))) {
    app.post(`${PATH}/${name}`, readStaffForm, async (req, res) => {
      const frame = await requireManager(needs, req, res);
      if (!frame) return;
      if (!isOurForm(needs, req)) return sendPage(res, 403, formExpiredPage({ frame, path: PATH }));
      const outcome = await deed(req.body ?? {}, frame);
      logOf(res).info({ staffId: frame.staff.id, deed: name, outcome: outcome.kind }, 'a change of the team');
      // Between the page and the form somebody took the role away.
      if (outcome.kind === 'not_a_manager') return sendPage(res, 403, managersOnlyPage({ frame }));
      const team = await needs.showTeam();
      const isGood = outcome.kind === 'made' || outcome.kind === 'changed';
      sendPage(res, isGood ? 200 : 409, teamPage({ frame, team, outcome }));
    });
  }
}

function deedsOf(needs: Needs): Record<string, Deed> {
  const email = z.email().max(200);
  return {
    async invite(fields, { staff, locale }) {
      const name = storableText(single(fields.name)).trim().slice(0, 80);
      const address = email.safeParse(single(fields.email).trim());
      if (!address.success || !name) return { kind: 'not_filled' };
      return needs.inviteStaff({
        ...{ name, email: address.data, role: staffRole(fields.role), by: staff.id, locale },
      });
    },
    withdraw: (fields, { staff }) => needs.withdrawInvite({ email: storableText(single(fields.email)), by: staff.id }),
    role: (fields, { staff }) =>
      needs.changeRole({ memberId: storableText(single(fields.member)), role: staffRole(fields.role), by: staff.id }),
    remove: (fields, { staff }) => needs.removeStaff({ memberId: storableText(single(fields.member)), by: staff.id }),
    'reset-link': (fields, { staff, locale }) =>
      needs.makeResetLink({ memberId: storableText(single(fields.member)), by: staff.id, locale }),
  };
}

async function requireManager(needs: Needs, req: Request, res: Response): Promise<StaffFrame | undefined> {
  const staff = await requireStaff(needs.accounts, req, res, PATH);
  if (!staff) return undefined;
  const frame = staffFrame(needs, req, staff);
  if (staff.role === 'manager') return frame;
  return void sendPage(res, 403, managersOnlyPage({ frame }));
}
