import type { Locale } from '../../../domain/locale.ts';
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, type PasswordProblem } from '../../../domain/password.ts';
import type { StaffLink } from '../../../flows/follow-staff-link.ts';
import type { Shop } from '../../needs.ts';
import { Page } from '../../page.tsx';
import { STAFF_WORDS } from '../words/staff-words.ts';
import { TEAM_WORDS } from '../words/team-words.ts';

type Facts = {
  shop: Shop;
  locale: Locale;
  token: string;
  /** Absent: used, replaced, too old or never made. */
  link: StaffLink | undefined;
  problem?: PasswordProblem | 'no_name';
};

/** Where someone invited, or who forgot the password, chooses one. */
export function staffLinkPage({ shop, locale, token, link, problem }: Facts) {
  const { link: words } = TEAM_WORDS[locale];
  if (!link) {
    return (
      <Page locale={locale} title={words.deadTitle} shopName={shop.name}>
        <section class="card tone-amber" role="alert">
          <h1>{words.deadTitle}</h1>
          <p>{words.deadText}</p>
        </section>
        <a class="button secondary" href="/staff/login">
          {STAFF_WORDS[locale].signInButton}
        </a>
      </Page>
    );
  }
  const title = words.title[link.purpose];
  return (
    <Page locale={locale} title={title} shopName={shop.name}>
      <section class="card">
        <h1>{title}</h1>
        {problem && (
          <p class="notice tone-red" role="alert">
            {words[problem]}
          </p>
        )}
        <form method="post" action="/staff/link" class="fields">
          <input type="hidden" name="token" value={token} />
          <label>
            {STAFF_WORDS[locale].email}
            <input type="email" value={link.email} autocomplete="username" readOnly />
          </label>
          {link.purpose === 'invite' && (
            <label>
              {TEAM_WORDS[locale].name}
              <input type="text" name="name" value={link.name} autocomplete="name" maxLength={80} required />
            </label>
          )}
          <label>
            {words.password}
            <input
              type="password"
              name="password"
              autocomplete="new-password"
              minLength={MIN_PASSWORD_CHARS}
              maxLength={MAX_PASSWORD_CHARS}
              required
            />
            <small class="soft">{words.rule}</small>
          </label>
          <button type="submit" class="button primary">
            {words.submit}
          </button>
        </form>
      </section>
    </Page>
  );
}
