import { expect, test } from '@jest/globals';
import { passwordProblem } from '../../src/domain/password.ts';

const own = ['Lucie Benoît', 'lucie.benoit@shop.example', 'Pneus Caraïbes'];

test.each([
  ['douze caract', undefined],
  ['onze caract', 'too_short'],
  ['x'.repeat(129), 'too_long'],
  ['pneus-et-jantes-971', undefined],
  ['correct horse battery', undefined],
  ['830572916487', undefined],
  ['MotDePasse2026!', 'too_common'],
  ['contraseña123', 'too_common'],
  ['azertyuiopqs', 'too_common'],
  ['azertyazerty', 'too_common'],
  ['123456789012', 'too_common'],
  ['098765432109', 'too_common'],
  ['abababababab', 'too_common'],
  ['aaaaaaaaaaaa', 'too_common'],
  ['luciebenoit97', 'too_common'],
  ['lucie.benoit@shop.example', 'too_common'],
  ['LucieBenoît2026', 'too_common'],
  ['Pneus Caraïbes 1', 'too_common'],
])('of the password %j the rules say %s', (password, problem) => {
  expect(passwordProblem(password, own)).toBe(problem);
});
