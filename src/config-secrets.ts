/** Whoever guesses one of these is the operator, or any of the staff. The vendors make theirs themselves and take no other. */
const MADE_UP = ['CRON_SECRET', 'SESSION_SECRET'] as const;
type MadeUp = { readonly [Key in (typeof MADE_UP)[number]]?: string | undefined };

// "changeme", four times over as well, has seven.
const MIN_DIFFERENT = 8;
const RANDOM_CHARS = 32;
const HOW = 'make one with "openssl rand -hex 32"';

const given = (secrets: MadeUp) =>
  MADE_UP.flatMap((key) => {
    const secret = secrets[key];
    return secret === undefined ? [] : [{ key, length: secret.length, different: new Set(secret).size }];
  });

/** What production says of secrets with hardly any different characters; never the secret. */
export const secretProblems = (secrets: MadeUp): string[] =>
  given(secrets)
    .filter(({ different }) => different < MIN_DIFFERENT)
    .map(({ key }) => `${key} could be guessed, it has fewer than ${MIN_DIFFERENT} different characters: ${HOW}`);

/** What is left to say of secrets that serve, but were better random. */
export const secretAdvice = (secrets: MadeUp): string[] =>
  given(secrets)
    .filter(({ length }) => length < RANDOM_CHARS)
    .map(({ key, length }) => `${key} has ${length} characters, which a patient guesser may find: ${HOW}`);
