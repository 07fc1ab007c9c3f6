import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import type { GuessablePasswords } from '../ports.ts';

// What the library's list of 49,000 leaked passwords lacks: it is English first, and our shops are not. Its packs of whole languages
// would take 30 MB more and seconds for a long password.
const OUR_WORDS =
  `motdepasse contrasena passwort clave secreto administrateur administratrice administrador administradora bienvenue
  bienvenido bienvenida bonjour hola connexion utilisateur usuario azerty azertyuiop qwertz soleil chocolat loulou doudou jetaime
  tequiero monamour princesse princesa marseille futbol estrella amor comptoir boutique magasin tienda guadeloupe martinique
  caraibes antilles`.split(/\s+/);

// 10^8 guesses and more, the first score that the library calls safely unguessable where hashes are slow, as scrypt's are.
const SAFE_SCORE = 3;

/** As it is tried: without accents and capitals. Of 0 for o, @ for a and their like the library knows. */
const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const joined = (text: string) => text.replace(/[\s._'’-]+/g, '');

/** "Lucie Benoît" and "lucie.benoit@shop.example" whole, as one word and word by word. */
function wordsOf(own: readonly string[]): string[] {
  const said = own.flatMap((text) => [plain(text), plain(text).replace(/@.*/, '')]);
  const words = said.flatMap((text) => [text, joined(text), ...text.split(/[^\p{L}\p{N}]+/u)]);
  return [...new Set(words)].filter((word) => word.length > 1);
}

/**
 * zxcvbn: leaked passwords, rows of the keyboard, repetitions, sequences, years, and the person's own words. It asks nobody; opened, it
 * takes 7 MB, and up to half a second for the longest password.
 */
export function createGuessablePasswords(): GuessablePasswords {
  const leaked = dictionary['passwords-common'];
  const zxcvbn = new ZxcvbnFactory({ dictionary: { leaked, ours: OUR_WORDS }, graphs: adjacencyGraphs });
  return {
    async isGuessable(password, own) {
      const words = wordsOf(own);
      // Written apart, "p-a-s-s-w-o-r-d" would be read letter by letter.
      const ways = new Set([plain(password), joined(plain(password))]);
      return [...ways].some((way) => zxcvbn.check(way, words).score < SAFE_SCORE);
    },
  };
}
