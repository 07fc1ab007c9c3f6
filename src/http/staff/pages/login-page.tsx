import type { Locale } from '../../../domain/locale.ts';
import type { Shop } from '../../needs.ts';
import { Page } from '../../page.tsx';
import { ACCOUNT_WORDS } from '../words/account-words.ts';
import { STAFF_WORDS } from '../words/staff-words.ts';
import { TEAM_WORDS } from '../words/team-words.ts';
import { CodeField, EmailField, type Notice, NoticeLine, PasswordField } from './account-parts.tsx';

type LoginFacts = { shop: Shop; locale: Locale; next: string; email?: string; notice?: Notice | undefined };

export function loginPage({ shop, locale, next, email, notice }: LoginFacts) {
  const words = STAFF_WORDS[locale];
  return (
    <Page locale={locale} title={words.signIn} shopName={shop.name}>
      <section class="card">
        <h1>{words.signIn}</h1>
        <NoticeLine notice={notice} />
        <form method="post" action="/staff/login" class="fields">
          <input type="hidden" name="next" value={next} />
          <EmailField label={words.email} value={email} />
          <PasswordField name="password" label={words.password} />
          <button type="submit" class="button primary">
            {words.signInButton}
          </button>
        </form>
        <a href="/staff/forgot">{TEAM_WORDS[locale].forgot.title}</a>
      </section>
    </Page>
  );
}

/** The second step, for who has a second factor. */
export function loginCodePage({ shop, locale, next, notice }: Omit<LoginFacts, 'email'>) {
  const words = ACCOUNT_WORDS[locale].signInCode;
  return (
    <Page locale={locale} title={words.title} shopName={shop.name}>
      <section class="card">
        <h1>{words.title}</h1>
        <NoticeLine notice={notice} />
        <p>{words.text}</p>
        <form method="post" action="/staff/login/code" class="fields">
          <input type="hidden" name="next" value={next} />
          <CodeField label={words.code} isBackupToo />
          <button type="submit" class="button primary">
            {words.submit}
          </button>
        </form>
        <a href="/staff/login">{words.startAgain}</a>
      </section>
    </Page>
  );
}
