import { describe, expect, test } from '@jest/globals';
import { isAngry } from '../../src/domain/anger.ts';

describe('anger brings a person', () => {
  test.each([
    ...[
      'vous êtes vraiment nuls',
      'bande de voleurs',
      'C’EST UNE ARNAQUE !!!',
      'vous ne comprenez rien',
      'j’en ai marre',
    ],
    ...['vous vous foutez de moi ?', 'c’est n’importe quoi votre service', 'je vais porter plainte', 'ta gueule'],
    ...[
      'you are all thieves',
      'this bot is useless',
      'fuck you',
      'I’m sick of waiting',
      'such a shame, this is a rip-off',
    ],
    ...['you don’t understand anything', 'worst service ever', 'thieves!', 'it is totally unacceptable'],
    ...[
      'sois unos ladrones',
      'esto es un robo',
      'no entiendes nada',
      'qué asco de servicio',
      'estoy harta de este bot',
    ],
    ...['¿me están tomando el pelo?', 'los voy a denunciar', 'son ustedes unos incompetentes', '¡estafadores!'],
  ])('%j', (words) => {
    expect(isAngry(words)).toBe(true);
  });
});

describe('no person is brought to who is merely emphatic, or angry at somebody else', () => {
  test.each([
    ...['je suis idiot, je voulais du 205', 'vous avez des écrous contre les voleurs', 'oh putain c’est beau'],
    ...[
      'j’en ai marre de cette vieille voiture, il me faut des pneus',
      'c’est pas une arnaque, merci',
      'c’est pas honteux',
    ],
    ...['je me suis fait arnaquer par mon ancien garage', 'ras le bol des nids de poule', 'URGENT !!! 4 PNEUS !!!'],
    ...['il faut porter plainte contre la mairie', 'c’est une tuerie ce pneu', 'mon pneu est nul sous la pluie'],
    ...[
      'sorry I’m an idiot, wrong size',
      'wheel locks against thieves please',
      'fuck yes, order it',
      'not a scam, great',
    ],
    ...['this is ridiculous how cheap it is!', 'my tyre is useless now', 'I was scammed by another shop last time'],
    ...['sick of this flat tyre, need a new one', 'damn that was quick', 'HURRY PLEASE', 'is this shop a scam?'],
    ...[
      'mierda, me equivoqué de talla',
      'estoy harto de este coche',
      'tuercas antirrobo contra ladrones',
      'soy idiota',
    ],
    ...['no es una estafa, ¿verdad?', '¡¡¡necesito 4 llantas YA!!!', 'qué vergüenza, me equivoqué', 'son muy buenas'],
  ])('%j', (words) => {
    expect(isAngry(words)).toBe(false);
  });
});
