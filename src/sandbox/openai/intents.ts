import { normalise } from './language.ts';

export type Intent =
  | 'human'
  | 'cancel'
  | 'link'
  | 'status'
  | 'details'
  | 'confirm'
  | 'checkout'
  | 'remove'
  | 'change'
  | 'add'
  | 'cart'
  | 'price'
  | 'location'
  | 'greeting'
  | 'thanks'
  | 'number'
  | 'off_topic'
  | 'sorry'
  | 'ask_cancel'
  | 'payment_info'
  | 'shop_info'
  | 'declined'
  | 'search';

const EMAIL = /[\w.+-]+@[\w-]+\.[\w.-]+/;
// "Me llamo Lucía y mi correo es ...": what follows the name is none.
const NAMED =
  /(?:je m'appelle|mon nom est|my name is|i am called|me llamo|mi nombre es)\s+([^\n,.@]{1,60}?)(?=\s+(?:et|and|y)\s|[\n,.]|\s*$)/i;

/** In this order, because the earlier words are the plainer ones. All are matched on normalised text. */
const PATTERNS: [Intent, RegExp][] = [
  [
    'human',
    /quelqu'un|humain|conseill|vendeur|une (vraie )?personne|human|real person|speak (to|with)|talk (to|with)|hablar con|una persona|asesor/,
  ],
  [
    'sorry',
    /\barnaque|\bconnard|\bidiot|\bstupid|\binutil|\bes nul|\betes nul|\bscam|\bestafa|\brefund|\brembours|\breembols/,
  ],
  ['ask_cancel', /(?=.*(?:\bannul|\bcancel|\banular))(?=.*(?:\?|\bne\b|\bn'|\bpas\b|\bnot\b|n't\b|\bno\b))/],
  ['cancel', /\bannul|\bcancel|\banular/],
  [
    'payment_info',
    /\bespeces\b|\bcheque|par carte|carte bancaire|\bcash\b|by card|credit card|\befectivo\b|\btarjeta\b|comment.* pay|how .*\bpay|como.* pag/,
  ],
  [
    'shop_info',
    /\blivr(ez|er|aison)|\bdeliver|\bshipping|\benvi(o|an)\b|\bhoraire|\bouvr|\bouvert|quelle heure|what time|opening|\bhours\b|\bhorario|\babren\b|\badresse\b|\baddress\b|\bdireccion\b|ou etes|where are you|donde estan/,
  ],
  ['declined', /^(non|no|nope|nan)( merci| thanks| thank you| gracias)?[\s!.,]*$/],
  ['link', /\blien\b|\blink\b|\benlace\b/],
  [
    'status',
    /ou en est|\bsuivi\b|\bstatut|ma commande|mes commandes|order status|my order\b|mi pedido|estado del pedido/,
  ],
  ['details', new RegExp(`${EMAIL.source}|je m'appelle|mon nom est|my name is|me llamo|mi nombre es`)],
  [
    'confirm',
    /^(oui|ouais|ok|okay|yes|yep|si|d'accord|dac|vale|je confirme|i confirm|confirmo|c'est bon|confirme[rz]?)\b/,
  ],
  [
    'checkout',
    /\bpayer\b|\bregler\b|\bcommander\b|(passer|passe) (la |ma )?commande|\bvalider?\b|finaliser|check ?out|\bpay\b|place (the|my|an) order|\bpagar\b|hacer el pedido|finalizar/,
  ],
  [
    'remove',
    /\bvide[rz]? (mon|le|tout)|empty (my|the)|clear (my|the)|\bvacia|\benlev|\bretire[rz]?\b(?!.*\b(a|au|chez|magasin|boutique)\b)|\bsupprim|\bremove|\bdelete|\bquita|\belimina/,
  ],
  [
    'change',
    /\bpassez? .*\d|\bplutot \d|\bfinalement\b|\bchange[rz]?\b|\bmodifi|\binstead\b|\bactually\b|make it|\bmejor\b|\bcambia/,
  ],
  [
    'add',
    /\bajout|\bmets?\b|\bmettez|\bprends\b|\bprendre\b|je (veux|voudrais) \d|\badd\b|\btake\b|\banad|\bpon(me|ga)?\b|me llevo|quiero \d/,
  ],
  ['cart', /\bpanier\b|\bcart\b|\bbasket\b|\bcarrito\b|\bcesta\b|combien je (vous )?dois|do i owe|cuanto debo/],
  ['price', /\bcombien\b|\bprix\b|how much|\bprice\b|\bcuanto\b|\bprecio\b/],
  [
    'location',
    /\b(autre|other|otr[ao]) (magasin|lieu|boutique|comptoir|shop|store|place|tienda|lugar)|\bretrait\b|venir chercher|\bretirer\b|pick ?up|\bcollect\b|\brecoger\b/,
  ],
  [
    'greeting',
    /^(bonjour|bonsoir|salut|coucou|hello|hi|hey|hola|buen[oa]s( dias| tardes| noches)?)( a (tous|toi|vous))?[\s!.,😀👋]*$/u,
  ],
  [
    'thanks',
    /^(merci|thanks|thank you|gracias)|^(tres bien|parfait|super|nickel|perfect|great|all good|muy bien|perfecto)\b/,
  ],
  ['number', /^(?:(?:le|la|the|el|numero|number|n°|option|#)\s*)?\d{1,4}\s*[.!)]*$/],
  [
    'off_topic',
    /\bmeteo\b|\bweather\b|\bpoeme\b|\bpoem\b|\bblague\b|\bjoke\b|\bpolitique\b|\bpresident|\bcapitale?\b|\brecette\b|\brecipe\b|\breceta\b|\bchiste\b|\bclima\b|\bfoot(ball)?\b|\bchatgpt\b|ignore (all|les|tes|your|previous)|system prompt/,
  ],
];

export function intentOf(text: string): Intent {
  const plain = normalise(text);
  if (ORDINAL_ALONE.test(plain)) return 'number';
  return PATTERNS.find(([, pattern]) => pattern.test(plain))?.[0] ?? 'search';
}

/** "The second one", alone. */
const ORDINAL_ALONE =
  /^(le |la |the |el )?(premiere?|deuxieme|second[eo]?|troisieme|first|third|primer[oa]?|segund[oa]|tercer[oa]?)( one)?\W*$/;

const SIZE = /\d{3}\s*\/\s*\d{2}\s*z?r?\s*\d{2}/gi;
const WORDS: Record<string, number> = {
  deux: 2,
  trois: 3,
  quatre: 4,
  paire: 2,
  two: 2,
  pair: 2,
  three: 3,
  four: 4,
  dos: 2,
  tres: 3,
  cuatro: 4,
};
const ORDINALS: [RegExp, number][] = [
  [/\bpremiere?\b|\b1(er|ere|st)\b|\bfirst\b|\bprimer[oa]?\b/, 1],
  [/\bdeuxieme\b|\bsecond[eo]?\b|\bsegund[oa]\b|\b2(e|eme|nd)\b/, 2],
  [/\btroisieme\b|\bthird\b|\btercer[oa]?\b|\b3(e|eme|rd)\b/, 3],
];
const CHOSEN = /(?:\b(?:le|la|du|de la|the|of the|el|del|numero|number|option)|n°|#)\s*(\d{1,2})\b/;

/** How many, leaving out the numbers of a tyre's size and of a choice ("4 du 2" is four). */
export function quantityOf(text: string): number | null {
  const plain = normalise(text).replaceAll(SIZE, ' ').replace(CHOSEN, ' ');
  const digits = plain.match(/-?\d+(?:[.,]\d+)?(?:e\d+)?/);
  if (digits) return Number(digits[0].replace(',', '.'));
  const word = plain.split(/[^a-z]+/).find((candidate) => WORDS[candidate] !== undefined);
  return word === undefined ? null : (WORDS[word] ?? null);
}

/** Which of a shown list, counted from 1: "le 2", "the second one". */
export function choiceOf(text: string): number | null {
  const plain = normalise(text).replaceAll(SIZE, ' ');
  const ordinal = ORDINALS.find(([pattern]) => pattern.test(plain));
  return ordinal?.[1] ?? (Number(plain.match(CHOSEN)?.[1]) || null);
}

const FILLER =
  /\b(bonjour|bonsoir|salut|hello|hi|hola|je|j'|cherche|cherchons|voudrais|veux|aimerais|besoin|faut|il|me|m'|vous|avez|avez-vous|auriez|quoi|quels?|quelles?|est-ce|que|qu'|vendez|proposez|svp|merci|please|s'il|plait|te|de|d'|des|du|les?|la|un|une|en|pour|mon|ma|mes|i|am|i'm|looking|for|do|you|have|any|what|need|want|would|like|some|the|a|in|busco|necesito|quiero|tienen|tienes|hay|unos|unas|para|con|combien|coute|coutent|prix|price|how|much|is|are|cuanto|cuesta|ajoute[rz]?|mets?|mettez|prends|add|take|dans|panier|to|my|cart|l'|c'est|y|a-t-il)\b/g;

/** The words to search for, without politeness or quantities; sizes stay whole. */
export function queryOf(text: string): string {
  const sizes = text.match(SIZE) ?? [];
  const words = normalise(text)
    .replaceAll(SIZE, ' ')
    .replaceAll(FILLER, ' ')
    .replaceAll(/(^|\s)\d{1,2}(?=\s|$)(?!\s*(?:pouces?|inch(?:es)?|pulgadas?)\b)/g, ' ')
    .replaceAll(/[^\p{L}\p{N}\s/-]/gu, ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word) && word.length > 1);
  return [...words, ...sizes].join(' ').slice(0, 200);
}

export function namesSize(text: string): boolean {
  return text.search(SIZE) >= 0;
}

/** Name and email that the customer gave, as they wrote them. */
export function detailsOf(text: string): { name?: string; email?: string } {
  const email = text.match(EMAIL)?.[0];
  const name = text.replaceAll('’', "'").match(NAMED)?.[1]?.trim();
  return { ...(name && { name }), ...(email && { email }) };
}
