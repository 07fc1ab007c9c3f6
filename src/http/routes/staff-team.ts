import type { Express } from 'express';
import { z } from 'zod';
import { staffRole } from '../../domain/staff-role.ts';
import { storableText } from '../../domain/storable.ts';
import { single } from '../identifiers.ts';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { readStaffForm } from '../staff/frame.ts';
import { requireForm, requireRole } from '../staff/gate.ts';
import type { StaffFrame } from '../staff/layout.tsx';
import { managersOnlyPage } from '../staff/pages/managers-only-page.tsx';
import { teamPage } from '../staff/pages/team-page.tsx';
import type { TeamOutcome } from '../staff/team-words.ts';

type Needs = Pick<
  WebNeeds,
  | 'accounts'
  | 'badge'
  | 'shop'
  | 'csrfSecret'
  | 'publicUrl'
  | 'showTeam'
  | 'changeRole'
  | 'removeStaff'
  | 'inviteStaff'
  | 'withdrawInvite'
  | 'makeResetLink'
  | 'stopSecondFactorOf'
>;
type Outcome = { kind: TeamOutcome } | { kind: 'made'; link: string; wasMailed: boolean };
type Deed = (fields: Record<string, unknown>, frame: StaffFrame) => Promise<Outcome>;

const PATH = '/staff/team';

/** Who works here: for managers, who invite, change roles, remove, and help who forgot the password. */
export function addStaffTeamRoutes(app: Express, needs: Needs): void {
  app.get(PATH, async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager', back: PATH });
    if (frame) sendPage(res, 200, teamPage({ frame, team: await needs.showTeam() }));
  });

  for (const [name, deed] of Object.entries(deedsOf(needs))) {
    app.post(`${PATH}/${name}`, readStaffForm, async (req, res) => {
      const frame = await requireForm(needs, req, res, { role: 'manager', path: PATH });
      if (!frame) return;
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
    'second-factor-off': (fields, { staff }) =>
      needs.stopSecondFactorOf({ memberId: storableText(single(fields.member)), by: staff.id }),
    'reset-link': (fields, { staff, locale }) =>
      needs.makeResetLink({ memberId: storableText(single(fields.member)), by: staff.id, locale }),
  };
}
