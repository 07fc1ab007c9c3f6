import type { Team, TeamMember } from '../../../flows/manage-team.ts';
import { formatWhen } from '../../dates.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { TEAM_WORDS, type TeamOutcome } from '../team-words.ts';
import { STAFF_WORDS } from '../words.ts';

type Outcome = { kind: TeamOutcome } | { kind: 'made'; link: string; wasMailed: boolean };
type Props = { frame: StaffFrame; team: Team; outcome?: Outcome };

/** Who works here, for managers. */
export function teamPage({ frame, team, outcome }: Props) {
  const words = TEAM_WORDS[frame.locale];
  const { locale, shop, csrfToken } = frame;
  return (
    <StaffLayout frame={frame} title={words.team}>
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
      <InviteCard frame={frame} />
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
        <code class="link-once">{outcome.link}</code>
      </p>
    </section>
  );
}

function Member({ frame, member }: { frame: StaffFrame; member: TeamMember }) {
  const words = TEAM_WORDS[frame.locale];
  const { locale, shop } = frame;
  const seen = member.lastSeenAt ? formatWhen(member.lastSeenAt, locale, shop.timezone) : words.never;
  const otherRole = member.role === 'manager' ? 'staff' : 'manager';
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
        <div class="stack">
          <MemberDeed {...{ frame, member }} deed="role" label={words.makeRole[otherRole]} role={otherRole} />
          <MemberDeed {...{ frame, member }} deed="reset-link" label={words.resetLink} />
          {member.hasSecondFactor && (
            <MemberDeed {...{ frame, member }} deed="second-factor-off" label={words.stopSecondFactor} />
          )}
          <p class="small">{words.removeWarning}</p>
          <MemberDeed {...{ frame, member }} deed="remove" label={words.remove} />
        </div>
      </details>
    </li>
  );
}

function MemberDeed(props: {
  frame: StaffFrame;
  member: TeamMember;
  deed: 'role' | 'reset-link' | 'second-factor-off' | 'remove';
  label: string;
  role?: string;
}) {
  return (
    <form method="post" action={`/staff/team/${props.deed}`}>
      <input type="hidden" name="csrf" value={props.frame.csrfToken} />
      <input type="hidden" name="member" value={props.member.id} />
      {props.role && <input type="hidden" name="role" value={props.role} />}
      <button type="submit" class="button secondary">
        {props.label}
      </button>
    </form>
  );
}

function InviteCard({ frame }: { frame: StaffFrame }) {
  const words = TEAM_WORDS[frame.locale];
  return (
    <section class="card">
      <h2>{words.invite}</h2>
      <form method="post" action="/staff/team/invite" class="fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <label>
          {words.name}
          <input type="text" name="name" maxLength={80} autocomplete="off" required />
        </label>
        <label>
          {STAFF_WORDS[frame.locale].email}
          <input type="email" name="email" maxLength={200} autocomplete="off" autocapitalize="none" required />
        </label>
        <label>
          {words.role}
          <select name="role">
            <option value="staff">{words.roles.staff}</option>
            <option value="manager">{words.roles.manager}</option>
          </select>
        </label>
        <button type="submit" class="button primary">
          {words.inviteButton}
        </button>
      </form>
    </section>
  );
}
