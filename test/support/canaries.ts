import { randomBytes } from 'node:crypto';

// What a test knows to be private, and finds again wherever it should not stand.

export const NAMES = { buyer: 'Clémentine Canarivoire', other: 'Théodule Passereauvert' };
export const CANARY = {
  email: 'canari.zinzolin@volière-privée.example',
  asciiEmail: 'canari.zinzolin@voliere-privee.example',
  password: 'Mot-de-passe-canari-1789',
  text: 'Mon perroquet Zinzolinette ronfle sous la pluie',
  answer: 'Votre perroquet Zinzolinette peut venir au comptoir',
  arguments: 'argument-canari-zinzolin',
  header: 'en-tete-canari-zinzolin',
};

/** As long as a token of ours, and none. */
export const unknownToken = () => randomBytes(32).toString('base64url');
export const unknown = { pickup: unknownToken(), picture: unknownToken(), data: unknownToken(), link: unknownToken() };
