/** Long rather than odd: https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver asks for no mixture of signs. */
export const MIN_PASSWORD_CHARS = 12;
/** better-auth refuses longer ones. */
export const MAX_PASSWORD_CHARS = 128;

export function passwordProblem(password: string): 'too_short' | 'too_long' | undefined {
  if (password.length < MIN_PASSWORD_CHARS) return 'too_short';
  return password.length > MAX_PASSWORD_CHARS ? 'too_long' : undefined;
}
