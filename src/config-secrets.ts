import type { Values } from './config-keys.ts';

/** Whoever guesses one of these is the shop, its operator or Twilio. All three come from machines, which make 32 characters or more. */
const SECRETS = ['TWILIO_AUTH_TOKEN', 'CRON_SECRET', 'SESSION_SECRET'] as const;
const MIN_CHARS = 32;
// Of 32 random hexadecimal digits fewer are different once in thirty million times; "changeme" four times over has seven.
const MIN_DIFFERENT = 8;

const isWeak = (secret: string): boolean => secret.length < MIN_CHARS || new Set(secret).size < MIN_DIFFERENT;

/** What production says of secrets that somebody could guess; never the secret. */
export const secretProblems = (values: Pick<Values, (typeof SECRETS)[number]>): string[] =>
  SECRETS.filter((key) => values[key] !== undefined && isWeak(values[key])).map((key) =>
    key === 'TWILIO_AUTH_TOKEN'
      ? `${key} is too short or too uniform to be one of Twilio's: copy it from the Twilio console, Account Info`
      : `${key} could be guessed: production wants ${MIN_CHARS} random characters or more, make one with "openssl rand -hex 32"`,
  );
