export const MIN_PASSWORD_CHARS = 12;
/** better-auth refuses longer ones. */
export const MAX_PASSWORD_CHARS = 128;

export type PasswordProblem = 'too_short' | 'too_long' | 'too_common';

// What lists of leaked passwords begin with in our three languages, of those that reach twelve characters with some digits.
const COMMON_WORDS = new Set(
  `password passwort motdepasse contrasena contraseña clave secret secreto admin administrator administrateur administrador
  welcome bienvenue bienvenido bonjour hola hello letmein changeme login user test azerty azertyuiop qwerty qwertyuiop
  qwertz qazwsx abc abcd abcde abcdef abcdefghij iloveyou jetaime tequiero monamour loulou doudou soleil chocolat
  sunshine princess princesse princesa football futbol baseball superman batman dragon monkey master marseille
  nicolas jesus estrella amor`.split(/\s+/),
);
const ROWS = [
  '01234567890123456789',
  '09876543210987654321',
  'abcdefghijklmnopqrstuvwxyz',
  'azertyuiopqsdfghjklmwxcvbn',
].concat('qwertyuiopasdfghjklzxcvbnm', '1q2w3e4r5t6y7u8i9o0p', '1a2z3e4r5t6y7u8i9o0p');

/**
 * Long rather than twisted, as https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver has it: nothing is asked of its
 * characters, but what everybody tries first is refused. `own` are the person's name, email and shop.
 */
export function passwordProblem(password: string, own: readonly string[]): PasswordProblem | undefined {
  if (password.length < MIN_PASSWORD_CHARS) return 'too_short';
  if (password.length > MAX_PASSWORD_CHARS) return 'too_long';
  const plain = password.toLowerCase();
  const letters = plain.replace(/[^\p{L}]/gu, '');
  const isOwn = own.some((word) => {
    const said = word.toLowerCase();
    return plain === said || letters === said.replace(/@.*/, '').replace(/[^\p{L}]/gu, '');
  });
  // A common word with digits and signs around it, or once more: motdepasse2026!, azertyazerty.
  const isCommonWord = COMMON_WORDS.has(letters) || /^(.{1,4})\1+.?$/u.test(plain) || isTwice(letters);
  const isRow = ROWS.some((row) => row.includes(plain));
  return isOwn || isCommonWord || isRow ? 'too_common' : undefined;
}

const isTwice = (letters: string): boolean =>
  letters !== '' &&
  COMMON_WORDS.has(letters.slice(letters.length / 2)) &&
  letters === letters.slice(letters.length / 2).repeat(2);
