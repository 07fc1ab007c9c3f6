import type { StaffRole } from '../../../domain/staff-role.ts';
import type { Team, TeamMember } from '../../../flows/manage-team.ts';
import { formatWhen } from '../../dates.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { STAFF_WORDS } from '../words/staff-words.ts';
import { TEAM_WORDS, type TeamOutcome } from '../words/team-words.ts';
import { CopyButton, CopyScript, EmailField, PasswordField } from './account-parts.tsx';

type Outcome = { kind: TeamOutcome } | { kind: 'made'; link: string; wasMailed: boolean };
/** What was typed into the invitation that was refused. */
export type InviteDraft = { name: string; email: string; role: StaffRole };
type Props = { frame: StaffFrame; team: Team; outcome?: Outcome; draft?: InviteDraft };

/** Who works here, for managers. */
export function teamPage({ frame, team, outcome, draft }: Props) {
  const words = TEAM_WORDS[frame.locale];
  const { locale, shop, csrfToken } = frame;
  return (
    <StaffLayout frame={frame} title={words.team} head={outcome?.kind === 'made' && <CopyScript />}>
      <h1>{words.team}</h1>
      {outcome && <OutcomeNotice frame={frame} outcome={outcome} />}
      <ul class="rows">
        {team.members.map((member) => (
          <Member key={member.id} frame={frame} member={member} />
        ))}
      </ul>
      {team.invites.length > 0 && (
        <section class="card stack">
          <h2>{words.invited}</h2>
          {team.invites.map((invite) => (
            <form key={invite.email} method="post" action="/staff/team/withdraw" class="stack">
              <input type="hidden" name="csrf" value={csrfToken} />
              <input type="hidden" name="email" value={invite.email} />
              <p>
                <b>{invite.name}</b> · {words.roles[invite.role]}
                <br />
                <span class="soft small">
                  {invite.email} · {words.until} {formatWhen(invite.expiresAt, locale, shop.timezone)}
                </span>
              </p>
              <button type="submit" class="button secondary">
                {words.withdraw}
              </button>
            </form>
          ))}
        </section>
      )}
      <InviteCard frame={frame} draft={draft} />
    </StaffLayout>
  );
}

function OutcomeNotice({ frame, outcome }: { frame: StaffFrame; outcome: Outcome }) {
  const words = TEAM_WORDS[frame.locale];
  if (outcome.kind !== 'made') {
    return (
      <p class={`notice tone-${outcome.kind === 'changed' ? 'green' : 'red'}`} role="alert">
        {words.outcomes[outcome.kind]}
      </p>
    );
  }
  return (
    <section class="card tone-green" role="alert">
      <p>{outcome.wasMailed ? words.mailed : words.notMailed}</p>
      <p>
        {words.linkOnce}
        <br />
        <code class="link-once" id="link-once">
          {outcome.link}
        </code>
      </p>
      <CopyButton of="link-once" locale={frame.locale} />
    </section>
  );
}

function Member({ frame, member }: { frame: StaffFrame; member: TeamMember }) {
  const words = TEAM_WORDS[frame.locale];
  const { locale, shop } = frame;
  const seen = member.lastSeenAt ? formatWhen(member.lastSeenAt, locale, shop.timezone) : words.never;
  return (
    <li class="card stack">
      <div class="between">
        <b>
          {member.name}
          {member.id === frame.staff.id && ` (${words.you})`}
        </b>
        <span class="tags">
          <span class={`tag tone-${member.role === 'manager' ? 'green' : 'grey'}`}>{words.roles[member.role]}</span>
          {member.hasSecondFactor && <span class="tag tone-blue">{words.secondFactor}</span>}
        </span>
      </div>
      <p class="soft small">
        {member.email} · {words.lastSeen} {seen}
      </p>
      <details class="fold">
        <summary class="button secondary">
          {words.change} · {member.name}
        </summary>
        <MemberForm frame={frame} member={member} />
      </details>
    </li>
  );
}

/** One form of several deeds, so that the password is typed once. */
function MemberForm({ frame, member }: { frame: StaffFrame; member: TeamMember }) {
  const words = TEAM_WORDS[frame.locale];
  const otherRole = member.role === 'manager' ? 'staff' : 'manager';
  const deed = (name: string) =>
    ({ type: 'submit', formAction: `/staff/team/${name}`, class: 'button secondary' }) as const;
  return (
    <form method="post" action="/staff/team/role" class="fields">
      {/* A form sends itself by its first button when Enter is pressed: by this one it does not. */}
      <button type="submit" disabled hidden />
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      <input type="hidden" name="member" value={member.id} />
      <PasswordField name="password" label={words.yourPassword} />
      <button {...deed('role')} name="role" value={otherRole}>
        {words.makeRole[otherRole]}
      </button>
      <button {...deed('reset-link')}>{words.resetLink}</button>
      {member.hasSecondFactor && <button {...deed('second-factor-off')}>{words.stopSecondFactor}</button>}
      <p class="small">{words.removeWarning}</p>
      <button {...deed('remove')}>{words.remove}</button>
    </form>
  );
}

function InviteCard({ frame, draft }: { frame: StaffFrame; draft?: InviteDraft | undefined }) {
  const words = TEAM_WORDS[frame.locale];
  return (
    <section class="card">
      <h2>{words.invite}</h2>
      <form method="post" action="/staff/team/invite" class="fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <label>
          {words.name}
          <input type="text" name="name" value={draft?.name} maxLength={80} autocomplete="off" required />
        </label>
        <EmailField label={STAFF_WORDS[frame.locale].email} value={draft?.email} isOthers />
        <label>
          {words.role}
          <select name="role">
            <option value="staff">{words.roles.staff}</option>
            <option value="manager" selected={draft?.role === 'manager'}>
              {words.roles.manager}
            </option>
          </select>
        </label>
        <PasswordField name="password" label={words.yourPassword} />
        <button type="submit" class="button primary">
          {words.inviteButton}
        </button>
      </form>
    </section>
  );
}
