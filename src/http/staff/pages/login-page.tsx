import type { Locale } from '../../../domain/locale.ts';
import type { Shop } from '../../needs.ts';
import { Page } from '../../page.tsx';
import { TEAM_WORDS } from '../team-words.ts';
import { STAFF_WORDS } from '../words.ts';

type LoginFacts = {
  shop: Shop;
  locale: Locale;
  next: string;
  email?: string;
  problem?: 'wrongPassword' | 'tooManyTries' | 'formExpired';
};

export function loginPage({ shop, locale, next, email = '', problem }: LoginFacts) {
  const words = STAFF_WORDS[locale];
  return (
    <Page locale={locale} title={words.signIn} shopName={shop.name}>
      <section class="card">
        <h1>{words.signIn}</h1>
        {problem && (
          <p class="notice tone-red" role="alert">
            {words[problem]}
          </p>
        )}
        <form method="post" action="/staff/login" class="fields">
          <input type="hidden" name="next" value={next} />
          <label>
            {words.email}
            <input
              type="email"
              name="email"
              value={email}
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              maxLength={200}
              required
            />
          </label>
          <label>
            {words.password}
            <input type="password" name="password" autocomplete="current-password" maxLength={200} required />
          </label>
          <button type="submit" class="button primary">
            {words.signInButton}
          </button>
        </form>
        <p>
          <a href="/staff/forgot">{TEAM_WORDS[locale].forgot.title}</a>
        </p>
      </section>
    </Page>
  );
}
