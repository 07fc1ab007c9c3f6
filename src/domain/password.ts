export const MIN_PASSWORD_CHARS = 12;
/** better-auth refuses longer ones. */
export const MAX_PASSWORD_CHARS = 128;

export type PasswordProblem = 'too_short' | 'too_long' | 'too_common';

/**
 * Long rather than twisted, as https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver has it: nothing is asked of its
 * characters, but what everybody tries first is refused. `own` are the person's name, email and shop.
 */
export async function passwordProblem(
  isGuessable: (password: string, own: readonly string[]) => Promise<boolean>,
  password: string,
  own: readonly string[],
): Promise<PasswordProblem | undefined> {
  if (password.length < MIN_PASSWORD_CHARS) return 'too_short';
  if (password.length > MAX_PASSWORD_CHARS) return 'too_long';
  return (await isGuessable(password, own)) ? 'too_common' : undefined;
}
