import { plainText, readCount, readSize } from './search-query.ts';

/** What a customer means, where words alone tell it. `value` is as said: the cart refuses what is no quantity. */
export type Intent =
  | { kind: 'number' | 'quantity'; value: number }
  | { kind: 'remove'; words: string }
  | {
      kind:
        | 'yes'
        | 'again'
        | 'no'
        | 'greeting'
        | 'thanks'
        | 'help'
        | 'cart'
        | 'clear_cart'
        | 'order'
        | 'status'
        | 'link'
        | 'cancel_order'
        | 'human'
        | 'resume'
        | 'stop'
        | 'start'
        | 'shop_info'
        | 'delivery';
    };

const phrases = (...lines: string[]): string => lines.join('|').replaceAll('.', '\\.');
/** One or more of these phrases and nothing else. */
const only = (...lines: string[]): RegExp => new RegExp(`^(?:${phrases(...lines)})(?: (?:${phrases(...lines)}))*$`);

// Precision first: only spellings that cannot mean anything else. "oui mais ..." is none of them.
const YES = only(
  'oui+|ouais|ouep|d accord|dac|ok|okay|c est bon|c est ok|je confirme|confirme|confirmer|je valide|valide|valider|vas y|allez y|bien sur|go',
  'yes+|yep|yeah|yup|sure|confirm|i confirm|go ahead|correct|that s right|looks good|do it',
  'si+|vale|claro|claro que si|confirmo|confirmar|de acuerdo|adelante|correcto|esta bien',
);
const NO = only(
  'non+|nan|pas maintenant|plus tard|pas encore|finalement non|laisse tomber|laissez tomber|attends|attendez|un instant|modifier|changer',
  'no+|nope|not now|not yet|later|never mind|wait|hold on|change|edit',
  'ahora no|mas tarde|todavia no|dejalo|espera|espere|un momento|cambiar|modificar',
);
const PLAIN: [Exclude<Intent['kind'], 'number' | 'quantity' | 'remove'>, RegExp][] = [
  ['stop', /^(?:stop|arret|arreter|baja|unsubscribe|desabonner|darme de baja|stop pub)$/],
  ['start', /^(?:start|unstop|reabonner|alta)$/],
  ['yes', YES],
  [
    'again',
    /^(?:refaire|refais|refaites|recommencer)(?: (?:la|ma) commande)?$|^order again$|^(?:rehacer|repetir)(?: el pedido)?$/,
  ],
  ['no', NO],
  [
    'cart',
    /^(?:(?:voir |montrez? |voir moi )?(?:mon |le )?panier|(?:show |see |view )?(?:my |the )?(?:cart|basket)|(?:ver )?(?:mi |el )?(?:carrito|carro|cesta))$/,
  ],
  [
    'order',
    /^(?:commander|je commande|je veux commander|passer (?:la |ma )?commande|payer|je (?:veux |voudrais )?payer|je paie|checkout|check out|place (?:my |the )?order|order|order now|pay|i want to pay|pedir|hacer (?:el |mi )?pedido|pagar|quiero pagar|quiero pedir)$/,
  ],
  [
    'status',
    /^(?:statut|suivi|(?:ou en est |ma )+commande|mes commandes|status|order status|my orders?|where is my order|estado|mi pedido|mis pedidos|(?:donde|como) (?:esta|va) mi pedido)$/,
  ],
  [
    'human',
    /^(?:humain|un humain|conseiller|un conseiller|vendeur|quelqu un|(?:je (?:veux|voudrais) )?parler a (?:quelqu un|un humain|un conseiller|un vendeur)|human|agent|a human|(?:i want to |can i )?(?:talk|speak) to (?:a human|someone|an agent|a person)|humano|agente|un humano|(?:quiero )?hablar con (?:alguien|un humano|una persona|un agente))$/,
  ],
  ['resume', /^(?:reprendre(?: ici)?|resume|continue(?: here| with the bot)|continuar|seguir(?: aqui)?)$/],
  [
    'thanks',
    /^(?:(?:un grand |mille )?merci(?: beaucoup| bien)?|thanks?|thank you(?: so much| very much)?|(?:muchas )?gracias)$/,
  ],
  ['help', /^(?:aide|menu|help|ayuda)$/],
  [
    'greeting',
    /^(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|hola|buenas|buenos dias|buenas tardes)(?: (?:a vous|there))?$/,
  ],
];
const POLITE = /(?: (?:svp|stp|s il (?:vous|te) plait|merci|please|thanks|thank you|por favor|gracias))+$/;

function tidy(text: string): string {
  return plainText(text.replace(/👍|✅|👌/gu, ' oui ').replace(/👎|❌/gu, ' non '))
    .replace(/[^a-z0-9?+ ]/g, ' ')
    .replace(/([a-z])\1{2,}/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

const ORDINALS: Record<string, number> = {
  premier: 1,
  premiere: 1,
  first: 1,
  primero: 1,
  primera: 1,
  deuxieme: 2,
  second: 2,
  seconde: 2,
  segundo: 2,
  segunda: 2,
  troisieme: 3,
  third: 3,
  tercero: 3,
  tercera: 3,
};

function readNumber(text: string): Intent | undefined {
  const signed = /^[-+]?\d{1,10}(?:[.,]\d+)?$/.exec(text.trim());
  if (signed) return { kind: 'number', value: Number(signed[0].replace(',', '.')) };
  const match = /^(?:(?:le|la|les|l|the|el|option|choix|numero|number|no|n|x) ?)?(\w+?)(?: ?x| one)?$/.exec(
    tidy(text).replace(POLITE, ''),
  );
  if (!match?.[1] || /[-.,]\d/.test(text)) return undefined;
  const value = readCount(match[1]) ?? ORDINALS[match[1]];
  return value === undefined ? undefined : { kind: 'number', value };
}

const COUNTING = new Set(
  `ajouter anadir j je en prends prendrai prendre veux voudrais voudrai les mettez mets m moi me il faut faudrait ajoute ajoutez donc ok oui alors
  pneu pneus unite unites piece pieces exemplaires jeu de d i ll ill take want need add give them pcs tyres tires tyre tire units
  of yes then finalement plutot seulement only instead just make it mejor solo solamente quiero ponme pon me llevo deme dame unidades unidad neumaticos llantas anade si pues svp please x`.split(
    /\s+/,
  ),
);

/** "j'en prends 4", "give me two": one number among words that only count. */
function readQuantity(text: string): Intent | undefined {
  const whole = text.replace(/(\d)[.,]\d+/g, '$1');
  const words = tidy(whole).replace(POLITE, '').split(' ');
  const counts = words.filter((word) => readCount(word) !== undefined);
  const others = words.filter((word) => readCount(word) === undefined);
  if (counts.length !== 1 || !others.every((word) => COUNTING.has(word))) return undefined;
  const sign = /-\s?\d/.test(text) ? -1 : 1;
  const decimal = /\d+[.,]\d+/.exec(text);
  const value = decimal ? Number(decimal[0].replace(',', '.')) : readCount(counts[0] as string);
  return value === undefined ? undefined : { kind: 'quantity', value: sign * value };
}

/** What the whole text plainly says, or undefined: safe to act upon without a model. */
export function plainIntent(text: string): Intent | undefined {
  if (text.length > 120) return undefined;
  const plain = tidy(text);
  const bare = plain.replace(POLITE, '');
  const isQuestion = plain.includes('?');
  const spoken = PLAIN.find(([kind, pattern]) => {
    if (isQuestion && (kind === 'yes' || kind === 'no')) return false;
    const said = plain.replaceAll('?', '').trim();
    return pattern.test(said) || pattern.test(isQuestion ? said : bare);
  });
  if (spoken) return { kind: spoken[0] };
  // Seven digits in a row are a size: 2055516.
  if (isQuestion || readSize(text).size.length > 0) return undefined;
  return readNumber(text) ?? readQuantity(text);
}

const REMOVE =
  /\b(?:enleve[rz]?|retire[rz]?|supprime[rz]?|ote[rz]?|remove|delete|take out|quit[ae]r?|quiteme|elimin[ae]r?|saca[r]?)\b(.*)$/;
const LOOSE: [Exclude<Intent['kind'], 'number' | 'quantity' | 'remove'>, RegExp][] = [
  ['human', /\b(?:humain|quelqu un|conseiller|responsable|vendeur|human|someone|real person|humano|alguien|asesor)\b/],
  ['clear_cart', /\b(?:vide[rz]?|empty|clear|vacia[r]?)\b.*\b(?:panier|cart|basket|carrito|cesta)\b/],
  ['cancel_order', /\b(?:annule[rz]?|cancel|cancela[r]?|anula[r]?)\b/],
  ['link', /\b(?:lien|link|enlace)\b/],
  ['status', /\b(?:ou en est|statut|suivi|ma commande|my order|order status|mi pedido|estado del? pedido|C \d{4,})\b/i],
  ['cart', /\b(?:panier|cart|basket|carrito|cesta)\b/],
  [
    'shop_info',
    /\b(?:horaires?|heures? d ouverture|ouverts?|fermez?|adresse|ou etes vous|ou vous|vous etes ou|opening|open|hours|address|where are you|located|horarios?|abiert[oa]s?|direccion|donde estan)\b/,
  ],
  ['delivery', /\b(?:livr(?:er|ez|aison|aisons)|deliver(?:y|ies)?|shipping|envio|envian|domicilio|expediez)\b/],
  [
    'order',
    /^(?:je |j |on |i |want |to |veux |voudrais |quiero |peut |puis )*(?:commander|valider|payer|checkout|order|pay|pagar|comprar|pedir)\b(?: (?:le|mon|ma|la|the|my|it|maintenant|now|ahora|commande|tout|ca))*$/,
  ],
  ['thanks', /^(?:merci|thanks|thank you|gracias|muchas gracias)\b/],
];
const GREETING = /^(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|hola|buenas(?: tardes)?|buenos dias)\b[ ,.!]*/;

/**
 * The nearest thing a text may mean when no model is there to ask; undefined: look for it in the catalogue.
 * A question about money is never taken for a yes: yes and no are plain or nothing.
 */
export function looseIntent(text: string): Intent | undefined {
  const plain = plainIntent(text);
  if (plain) return plain;
  const words = tidy(text.slice(0, 400)).replaceAll('?', '').trim();
  const rest = words.replace(GREETING, '').trim();
  if (rest !== words) return plainIntent(rest) ?? (rest ? looseIntent(rest) : { kind: 'greeting' });
  if (readSize(text).size.length > 0) return undefined;
  const remove = REMOVE.exec(words);
  if (remove) return { kind: 'remove', words: remove[1]?.trim() ?? '' };
  const match = LOOSE.find(([, pattern]) => pattern.test(words));
  return match && { kind: match[0] };
}
