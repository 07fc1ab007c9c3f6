import { deviceOf } from '../../../domain/device.ts';
import type { OwnAccountView, OwnSession } from '../../../flows/change-own-account.ts';
import { formatWhen } from '../../dates.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { ACCOUNT_WORDS } from '../words/account-words.ts';
import { NewPasswordFields, type Notice, NoticeLine, PasswordField } from './account-parts.tsx';

type Facts = { frame: StaffFrame; account: OwnAccountView; sessionId: string; notice?: Notice };

/** Somebody's own account. */
export function accountPage(facts: Facts) {
  const { frame, notice } = facts;
  const words = ACCOUNT_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={words.account}>
      <h1>{words.account}</h1>
      <NoticeLine notice={notice} />
      <section class="card">
        <p class="soft">{frame.staff.email}</p>
        <form method="post" action="/staff/account/name" class="fields">
          <input type="hidden" name="csrf" value={frame.csrfToken} />
          <label>
            {words.name}
            <input type="text" name="name" value={frame.staff.name} autocomplete="name" maxLength={80} required />
          </label>
          <button type="submit" class="button secondary">
            {words.save}
          </button>
        </form>
      </section>
      <PasswordCard frame={frame} />
      <SecondFactorCard {...facts} />
      <SessionsCard {...facts} />
    </StaffLayout>
  );
}

function PasswordCard({ frame }: { frame: StaffFrame }) {
  const words = ACCOUNT_WORDS[frame.locale];
  return (
    <details class="card fold">
      <summary>{words.changePassword}</summary>
      <form method="post" action="/staff/account/password" class="fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <PasswordField name="current" label={words.currentPassword} />
        <NewPasswordFields locale={frame.locale} />
        <p class="soft small">{words.othersSignedOut}</p>
        <button type="submit" class="button primary">
          {words.changePasswordSubmit}
        </button>
      </form>
    </details>
  );
}

function SecondFactorCard({ frame, account }: Facts) {
  const { secondFactor: words, currentPassword } = ACCOUNT_WORDS[frame.locale];
  const isOn = account.hasSecondFactor;
  return (
    <section class="card">
      <h2>{words.title}</h2>
      <p>{isOn ? words.on : words.off}</p>
      {!isOn && frame.staff.role === 'manager' && <p class="notice tone-amber">{words.managerHint}</p>}
      <details class="fold">
        <summary class="button secondary">{isOn ? words.stop : words.start}</summary>
        <form method="post" action={`/staff/account/second-factor${isOn ? '/stop' : ''}`} class="fields">
          <input type="hidden" name="csrf" value={frame.csrfToken} />
          <p>{isOn ? words.stopWarning : words.about}</p>
          <PasswordField name="password" label={currentPassword} />
          <button type="submit" class="button primary">
            {isOn ? words.stop : words.start}
          </button>
        </form>
      </details>
    </section>
  );
}

function SessionsCard({ frame, account, sessionId }: Facts) {
  const { locale, shop } = frame;
  const words = ACCOUNT_WORDS[locale];
  const when = (at: Date) => formatWhen(at, locale, shop.timezone);
  return (
    <section class="card">
      <h2>{words.sessions}</h2>
      <ul class="timeline">
        {account.sessions.map((session) => (
          <li key={session.id}>
            <span class="between">
              <b>{deviceOf(session.userAgent) ?? words.unknownDevice}</b>
              {session.id === sessionId && <span class="tag tone-green">{words.thisDevice}</span>}
            </span>
            <span class="soft small">
              {words.lastUsed} {when(session.lastUsedAt)} · {words.signedIn} {when(session.signedInAt)}
            </span>
            {session.id !== sessionId && <SignOutDevice frame={frame} session={session} />}
          </li>
        ))}
      </ul>
      <form method="post" action="/staff/account/sign-out-everywhere" class="fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        {account.sessions.length > 1 && (
          <button type="submit" class="button secondary" formAction="/staff/account/sign-out-others">
            {words.signOutOthers}
          </button>
        )}
        <button type="submit" class="button secondary">
          {words.signOutEverywhere}
        </button>
      </form>
    </section>
  );
}

function SignOutDevice({ frame, session }: { frame: StaffFrame; session: OwnSession }) {
  const words = ACCOUNT_WORDS[frame.locale];
  return (
    <form method="post" action="/staff/account/sign-out-device">
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      <input type="hidden" name="session" value={session.id} />
      <button type="submit" class="button secondary">
        {words.signOutDevice} · {deviceOf(session.userAgent) ?? words.unknownDevice}
      </button>
    </form>
  );
}
