import { expect, test } from '@jest/globals';
import { passwordProblem } from '../../src/domain/password.ts';
import { createGuessablePasswords } from '../../src/vendors/guessable-passwords.ts';

const own = ['Lucie Benoît', 'lucie.benoit@shop.example', 'Pneus des Îles'];
const { isGuessable } = createGuessablePasswords();
const problemOf = (password: string) => passwordProblem(isGuessable, password, own);

test.each([
  ['douze caract', undefined],
  ['onze caract', 'too_short'],
  ['x'.repeat(129), 'too_long'],
])('of the password %j the rules say %s', async (password, problem) => {
  expect(await problemOf(password)).toBe(problem);
});

const COMMON = {
  'rows of digits': ['123456123456', '123456789123', '112233445566', '987654321987', '123456789012', '098765432109'],
  'rows of keys': ['1qaz2wsx3edc', 'zaq12wsxcde3', 'qazwsxedcrfv', 'azertyuiopqs', 'abcdefghijkl'],
  repetitions: ['azertyazerty', 'abababababab', 'aaaaaaaaaaaa', 'motdepassemotdepasse'],
  'common words': [
    'liverpool123',
    'Michael12345',
    'MotDePasse2026!',
    'contraseña123',
    'Bienvenue2026',
    'guadeloupe971',
  ],
  'common words in disguise': ['p@ssw0rd1234', 'M0td3p@$$e26', 'm-o-t-d-e-p-a-s-s-e', 'CONTRASEÑA_1'],
  'their own words': ['luciebenoit97', 'lucie.benoit@shop.example', 'LucieBenoît2026', 'Luc1e-Ben0it'],
  'the shop': ['pneus-des-iles', 'PneusDesIles97', 'Pneus des Îles 1', 'pn3u$_d3$_1l3$'],
};
test.each(Object.entries(COMMON).flatMap(([what, all]) => all.map((password) => [what, password])))(
  'of what everybody tries first, %s: %j is refused',
  async (_what, password) => {
    expect(await problemOf(password)).toBe('too_common');
  },
);

test.each([
  ...['pneus-et-jantes-971', 'correct horse battery', 'le chat dort sous la pluie', 'tortuga verde lámpara'],
  ...['quatre pneus sous le manguier', 'Lucie aime les mangues mûres', '830572916487', 'xqjvtwzkbhdp', 'kX9!vq2Lm#7p'],
])('%j is taken', async (password) => {
  expect(await problemOf(password)).toBeUndefined();
});

test.each(['4@$5', '1', 'p@$$w0rd1!|3'])('the longest of %j keeps the process for less than a second', async (part) => {
  const began = process.cpuUsage();
  await problemOf(part.repeat(128).slice(0, 128));
  expect(process.cpuUsage(began).user).toBeLessThan(1_000_000);
});
