import type { Locale } from '../../../domain/locale.ts';
import type { Shop } from '../../needs.ts';
import { Page } from '../../page.tsx';
import { STAFF_WORDS } from '../words/staff-words.ts';
import { TEAM_WORDS } from '../words/team-words.ts';

/** `sent` says the same whether there is an account or not. */
export type ForgotState = 'ask' | 'sent' | 'askManager' | 'tooManyTries' | 'formExpired';

export function forgotPage({ shop, locale, state }: { shop: Shop; locale: Locale; state: ForgotState }) {
  const { forgot } = TEAM_WORDS[locale];
  const words = STAFF_WORDS[locale];
  const isOver = state === 'sent' || state === 'askManager';
  return (
    <Page locale={locale} title={forgot.title} shopName={shop.name}>
      <section class="card">
        <h1>{forgot.title}</h1>
        {(state === 'tooManyTries' || state === 'formExpired') && (
          <p class="notice tone-red" role="alert">
            {words[state]}
          </p>
        )}
        <p>{isOver ? forgot[state] : forgot.text}</p>
        {!isOver && (
          <form method="post" action="/staff/forgot" class="fields">
            <label>
              {words.email}
              <input type="email" name="email" autocomplete="username" autocapitalize="none" maxLength={200} required />
            </label>
            <button type="submit" class="button primary">
              {forgot.submit}
            </button>
          </form>
        )}
      </section>
      <a class="button secondary" href="/staff/login">
        {words.signInButton}
      </a>
    </Page>
  );
}
