import { isPlainNo, isPlainYes } from './assent.ts';
import { only, tidy, withoutPoliteness } from './plain-words.ts';

/** How a customer liked an order. */
export const RATINGS = ['good', 'fair', 'bad'] as const;
export type Rating = (typeof RATINGS)[number];

/** What the team hears of. */
export const isLow = (rating: Rating): boolean => rating === 'bad';

const PLEASED = '😀😃😄😁😊🙂😍🥰🤩😎👏🎉❤💯👌';
const SO_SO = '😐😕🫤😑🤷';
const DISPLEASED = '🙁☹😞😠😡🤬😤😢😭👎💩';
const holdsOne = (text: string, faces: string): boolean => [...text].some((each) => [...faces].includes(each));

const LEADING =
  'tres|vraiment|plutot|tout|assez|c est|c etait|ca|je suis|on est|nous sommes|it s|it is|it was|i m|i am|we are|really|very|so|todo|muy|estoy|estamos|esta|fue|si|oui|yes|non|no|un peu|a bit|un poco|pas|not|ne suis';
const GOOD = only(
  [
    LEADING,
    'bien|bon|bonne|parfait|parfaite|super|impeccable|nickel|top|genial|excellent|excellente|content|contente|contents|satisfait|satisfaite|satisfaits|ravi|ravie|rien a dire|rien a redire|je recommande|au top|merci|va bien',
    'good|great|perfect|excellent|happy|satisfied|fine|amazing|awesome|love it|all good|thanks|thank you|no complaints|recommend',
    'bueno|perfecto|excelente|contento|contenta|satisfecho|satisfecha|encantado|encantada|estupendo|gracias|genial|recomiendo',
  ],
  ['beaucoup|a vous|a l equipe|monsieur|madame|travail|service|work|servicio|trabajo|and|et|y'],
);
const FAIR =
  /\b(?:bof|moyen|moyenne|moyennement|mouais|correct|passable|pas mal|peut mieux faire|so so|average|not bad|could be better|okay ish|meh|regular|mas o menos|puede mejorar|ni fu ni fa)\b/;
const BAD =
  /\b(?:nul|nulle|mauvais|mauvaise|horrible|catastrophe|catastrophique|decu|decue|decus|decevant|insatisfait|insatisfaite|mecontent|mecontente|lamentable|inadmissible|pas (?:du tout )?(?:content|contente|contents|satisfait|satisfaite|bon|bonne|bien|top|terrible)|plus jamais|arnaque|bad|awful|terrible|disappointed|disappointing|unhappy|dissatisfied|not (?:at all )?(?:happy|satisfied|good|great)|never again|rubbish|useless|mal|malo|mala|pesimo|pesima|decepcionado|decepcionada|descontento|descontenta|no (?:estoy )?(?:nada )?(?:contento|contenta|satisfecho|satisfecha)|nunca mas)\b/;
const DENIED =
  /\b(?:pas|not|no)(?: \w+){0,2} (?:probleme|souci|problem|problema|mauvais|bad|mal|mala|malo|decu|decue|disappointed)\b/;

/** "4", "4/5", "4 sur 5", "8/10", "⭐⭐⭐⭐". */
function ratingOfCount(text: string): Rating | undefined {
  const stars = [...text].filter((each) => each === '⭐' || each === '★').length;
  const [, given, of] =
    /^(\d{1,2})(?: ?(?:\/|sur|out of|de) ?(5|10))?(?: ?(?:etoiles?|stars?|estrellas?))?$/.exec(tidyCount(text)) ?? [];
  const scale = Number(of ?? 5);
  const count = stars || Number(given ?? Number.NaN);
  if (!(count >= (of === '10' ? 0 : 1) && count <= scale)) return undefined;
  const share = count / scale;
  return share > 0.7 ? 'good' : share > 0.5 ? 'fair' : 'bad';
}
const tidyCount = (text: string) =>
  text
    .toLowerCase()
    .replace(/[é]/g, 'e')
    .replace(/[!.\s]+$/, '')
    .trim();

/**
 * What an answer to "are you happy with your order?" says of it, in any of the three languages: words, a yes or no, a count of five
 * or ten, stars or a face. Undefined where it may be about something else: a question, a wish, words we do not know.
 */
export function ratingOf(text: string): Rating | undefined {
  if (text.length > 400 || text.includes('?')) return undefined;
  const counted = ratingOfCount(text);
  if (counted) return counted;
  const words = withoutPoliteness(tidy(text));
  const clauses = text.split(/[,;.!\n]/).map(tidy);
  if (clauses.some((clause) => BAD.test(clause) && !DENIED.test(clause))) return 'bad';
  if (FAIR.test(words)) return 'fair';
  if (isPlainNo(text)) return 'bad';
  if (isPlainYes(text) || GOOD.test(words)) return 'good';
  // A face alone, or below words that say nothing of it.
  if (words !== '' && words !== 'non' && words !== 'oui') return undefined;
  if (holdsOne(text, DISPLEASED)) return 'bad';
  if (holdsOne(text, SO_SO)) return 'fair';
  return holdsOne(text, PLEASED) ? 'good' : undefined;
}
