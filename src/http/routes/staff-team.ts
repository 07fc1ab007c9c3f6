import type { Express, Request } from 'express';
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
import { type InviteDraft, teamPage } from '../staff/pages/team-page.tsx';
import { accountHeaders } from '../staff/session.ts';
import type { TeamOutcome } from '../staff/words/team-words.ts';

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
type Fields = Record<string, unknown>;
type Deed = (fields: Fields, frame: StaffFrame) => Promise<Outcome>;

const PATH = '/staff/team';
const STATUS: Partial<Record<Outcome['kind'], number>> = {
  made: 200,
  changed: 200,
  wrong_password: 400,
  too_many_tries: 429,
};
/** Gives nobody an account, and takes none away. */
const WITHOUT_PASSWORD = ['withdraw'];

/**
 * Who works here: for managers, who invite, change roles, remove, and help who forgot the password. What gives or takes an
 * account asks for their own password: a manager's session alone makes nobody else a way in, nor takes a second factor off.
 */
export function addStaffTeamRoutes(app: Express, needs: Needs): void {
  app.get(PATH, async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager', back: PATH });
    if (frame) sendPage(res, 200, teamPage({ frame, team: await needs.showTeam() }));
  });

  for (const [name, deed] of Object.entries(deedsOf(needs))) {
    app.post(`${PATH}/${name}`, readStaffForm, async (req, res) => {
      const frame = await requireForm(needs, req, res, { role: 'manager', path: PATH });
      if (!frame) return;
      const fields: Fields = req.body ?? {};
      const refused = WITHOUT_PASSWORD.includes(name) ? undefined : await askPassword(needs, req, { frame, fields });
      const outcome: Outcome = refused ? { kind: refused } : await deed(fields, frame);
      logOf(res).info({ staffId: frame.staff.id, deed: name, outcome: outcome.kind }, 'a change of the team');
      // Between the page and the form somebody took the role away.
      if (outcome.kind === 'not_a_manager') return sendPage(res, 403, managersOnlyPage({ frame }));
      const team = await needs.showTeam();
      const status = STATUS[outcome.kind] ?? 409;
      if (status === 429) res.setHeader('Retry-After', '60');
      const draft = name === 'invite' && status !== 200 ? inviteOf(fields) : undefined;
      sendPage(res, status, teamPage({ frame, team, outcome, ...(draft && { draft }) }));
    });
  }
}

async function askPassword(needs: Needs, req: Request, { frame, fields }: { frame: StaffFrame; fields: Fields }) {
  const given = { email: frame.staff.email, password: single(fields.password), headers: accountHeaders(req) };
  const answer = await needs.accounts.confirmPassword(given);
  return answer === 'confirmed' ? undefined : answer;
}

const inviteOf = (fields: Fields): InviteDraft => ({
  name: storableText(single(fields.name)).trim().slice(0, 80),
  email: single(fields.email).trim().slice(0, 200),
  role: staffRole(fields.role),
});

function deedsOf(needs: Needs): Record<string, Deed> {
  const email = z.email().max(200);
  return {
    async invite(fields, { staff, locale }) {
      const invite = inviteOf(fields);
      if (!email.safeParse(invite.email).success || !invite.name) return { kind: 'not_filled' };
      return needs.inviteStaff({ ...invite, by: staff.id, locale });
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
