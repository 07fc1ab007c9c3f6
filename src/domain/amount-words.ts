import { plainText } from './plain-text.ts';
import type { Said } from './said-amounts.ts';

const THAN =
  /^(?:de |d )?(?:moins|plus|ecart|difference|economie|less|cheaper|more|dearer|menos|mas|diferencia|ahorro)\b/;
const BETWEEN =
  /\b(?:ecart|difference|econom\w+|save|saves|saving|diferencia|ahorr\w+)(?: (?:de|est de|of|is|you|es de|est))?$/;
/** "15 € de moins", "you save €15": what lies between two prices, no price itself. */
export const saysDifference = ({ before, after }: Said): boolean =>
  THAN.test(plainText(after)) || BETWEEN.test(plainText(before));

const oneOf = (words: string) => `(?:${words.trim().split(/\s+/).join('|').replaceAll('_', ' ')})`;

const NO = oneOf(
  'pas ni aucun aucune rien jamais not nor no cannot can_t won_t never nothing none ningun ninguno ninguna nada nunca jamas',
);
// Words of a refusal between its "no" and the amount: "pas vous le faire à", "no puedo bajar a", "rien à moins de".
const REFUSED =
  oneOf(`a de d pour vous le la les l un une des en me faire accorder baisser descendre aller jusqu remise rabais meme
  moins sous tombe for at of to the it them you a an any do go give offer make drop down even discount under below less than
  puedo podemos hacer hacerle hacerselo dejarselo dejar bajar dar por para un una se lo le descuento siquiera menos
  pneu pneus tyre tyres neumatico neumaticos nos our nuestros n est etre be es esta cuesta
  laisser vendre proposer confirmer confirm sell vender confirmar confirmarle prix price precio`);
// "Pourquoi pas à 10 €" and "no problem, €10" deny nothing.
const DENIES = new RegExp(String.raw`(?<!\b(?:pourquoi|why|por que) )\b${NO}(?: ${REFUSED})*$`);
const IMPOSSIBLE =
  'n est (?:malheureusement |helas )?pas (?:possible|faisable|(?:le|son|notre) (?:bon )?prix)|est (?:trop bas|impossible)|(?:is not|isn t|s not) (?:possible|(?:the|its|our) price)|is (?:too low|impossible)|no es (?:posible|(?:el|su|nuestro) precio)|es (?:imposible|demasiado bajo)';
const CANNOT = String.raw`(?:ne (?:peux|puis|pouvons) (?:malheureusement |helas )?pas|can(?:not| not| t)|no (?:puedo|podemos))(?: (?:le |vous |la )*(?:faire|descendre|do|hacerlo)\b| ?(?:[.!;:]|$))`;
// "10 €. Ce n'est pas cher" denies nothing.
const IS_DENIED = new RegExp(
  `^(?:(?:de |d )?(?:remise|rabais|discount|descuento) ?)?[,:;]? ?(?:c |ce |cela |ca |je |nous |that |i |we |it |eso )?(?:${IMPOSSIBLE}|${CANNOT})`,
);
/** "Même pas 5 €", "ni 10 %", "50 € is not possible": refused by the seller, so promised to nobody. */
export const isDenied = ({ before, after }: Said): boolean =>
  DENIES.test(plainText(before)) || IS_DENIED.test(plainText(after));

const BUDGET =
  /\b(?:budget|presupuesto)(?: (?:est|de|d|est de|serait|is|of|es|unos|environ|autour|about|around|at|total|maximum|maximo|max))*$/;
const OF_BUDGET = /^(?:de |of )?(?:budget|presupuesto)\b/;
/** "Un budget de 200 €": what a customer has, no price. */
export const isBudget = ({ before, after }: Said): boolean =>
  BUDGET.test(plainText(before)) || OF_BUDGET.test(plainText(after));

const WITH = /\b(?:avec|with|con)(?: (?:vos|les|your|the|sus|los))?$/;
/** "Avec vos 200 €": as much, where it is theirs. */
export const isWith = ({ before }: Said): boolean => WITH.test(plainText(before));

const BOUND = '(?:moins de|en dessous de|jusqu a|under|below|less than|up to|menos de|por debajo de|hasta)$';
const IS_BOUND = new RegExp(String.raw`\b${BOUND}`);
const COSTS_LESS = new RegExp(
  String.raw`\b(?:est|sont|coute|coutent|is|are|costs?|esta|estan|cuestan?)(?: (?:a|at|por))? ${BOUND}`,
);
/** "À moins de 100 €". */
export const isBound = ({ before }: Said): boolean => IS_BOUND.test(plainText(before));
/** "Un pneu à moins de 100 €", but not "il est à moins de 100 €". */
export const isWished = (said: Said): boolean => isBound(said) && !COSTS_LESS.test(plainText(said.before));

const TOTAL =
  /\b(?:total|tout|ensemble|soit|fait|font|revient|reviennent|makes|comes to|all|altogether|together|todo|suman|hacen|conjunto)\b/;
/** "En tout 437,70 €". */
export const isTotal = ({ before, after }: Said): boolean =>
  TOTAL.test(plainText(before)) || TOTAL.test(plainText(after));

const ADDED =
  /^(?:de |d |of |in |en )?(?:frais|supplement|plus|acompte|extra|fees?|charges?|gastos|recargo|more|mas)\b/;
/** "0 € de frais": what comes on top, so nothing is given away. */
export const isAdded = ({ after }: Said): boolean => ADDED.test(plainText(after));
