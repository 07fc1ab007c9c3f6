import { only, tidy, withoutPoliteness } from './plain-words.ts';

// Precision first: only spellings that cannot mean anything else. "Oui mais ..." is none of them.
const YES = only(
  [
    'oui+|ouais|ouai|ouaip|ouep|d accord|d acc|dacc?|ok+|oki|okay|okey|okie|c est bon|c est ok|c est d accord|je suis d accord',
    'je confirme|confirme|confirmez|confirmer|je valide|valide|validez|valider|on valide|vas y|allez y|allons y|on y va|go|bien sur|absolument|tout a fait|avec plaisir|ca marche|ca me va|ca me convient|va pour ca',
    'yes+|yess|yep|yeah|yup|ya|sure|sure thing|confirm|confirmed|i confirm|go ahead|let s go|let s do it|correct|that s right|that s fine|that s correct|looks good|sounds good|all good|do it|of course|absolutely|i agree|agreed',
    'si+|sip|vale|dale|venga|claro|claro que si|confirmo|confirma|confirme|confirmar|confirmado|de acuerdo|adelante|correcto|esta bien|por supuesto|desde luego|me parece bien|hagalo|hazlo',
  ],
  // These agree with a yes that stands before them; alone they may praise anything.
  [
    'parfait|c est parfait|super|tres bien|c est tout|pour moi|la commande|ma commande|monsieur|madame|perfect|great|fine|good|my order|the order|sir|perfecto|muy bien|genial|el pedido|mi pedido|senor|senora|senorita',
  ],
);
const NO = only([
  'non+|nan|nop|pas maintenant|plus tard|pas encore|finalement non|laisse tomber|laissez tomber|attends|attendez|un instant|modifier|changer|pas d accord',
  'no+|nope|nah|not now|not yet|later|never mind|wait|hold on|change|edit',
  'ahora no|mas tarde|todavia no|aun no|dejalo|dejelo|espera|espere|un momento|cambiar|modificar|mejor no',
]);

// Beside these a yes stays a yes. Any other picture ("oui 🤔", "ok 😅") may say what the words do not.
const HARMLESS = /[👍👌✅✔☑🆗🤝💯👎❌🚫⛔🙏😊🙂😀😃😄😁☺👏🎉❤🤗😉💪🥰😘]|[\u{1F3FB}-\u{1F3FF}]|\uFE0F/gu;
const ANY_PICTURE = /\p{Extended_Pictographic}/u;
// "Ok ...", "oui," and "ok :" go on, or would rather not.
const TRAILS_OFF = /\.{2,}|…|[,;:–—-]\s*$/;

/** True where a yes or a no may not be what it says: a question, dots, a face that doubts. */
const isDoubtful = (text: string): boolean =>
  text.includes('?') || TRAILS_OFF.test(text.trim()) || ANY_PICTURE.test(text.replace(HARMLESS, ''));

const says = (pattern: ReturnType<typeof only>, text: string): boolean => {
  if (text.length > 120 || isDoubtful(text)) return false;
  const words = tidy(text);
  return pattern.test(words) || pattern.test(withoutPoliteness(words));
};

/** A yes and nothing else, in any of the three languages; with a doubt, a condition or an addition it is none. */
export const isPlainYes = (text: string): boolean => says(YES, text);

/** A no, or "not now", and nothing else. */
export const isPlainNo = (text: string): boolean => says(NO, text);

const ASSENTING =
  /\b(?:oui+|ouais|ok|okay|d accord|dac|bon|confirme\w*|valide\w*|parfait\w*|vas y|allez y|allons y|on y va|go|commande\w*|prends?|prenons|achete|marche|convient|yes+|yep|yeah|yup|sure|confirm\w*|perfect|great|fine|good|correct|order|buy|take|agree\w*|let s|ahead|do it|deal|si|vale|dale|venga|claro|acuerdo|adelante|correcto|bien|perfecto|bueno|listo|pido|pedir|pedido|compro|llevo|hagalo|hazlo)\b/;
// Said with a no in it, and meant as a yes.
const NO_TROUBLE =
  /\b(?:pas de (?:probleme|souci)s?|aucun (?:probleme|souci)|sans (?:probleme|souci)|no (?:problem|worries|hay problema)|sin problemas?)\b/g;
// Nobody says yes by speaking of the customer, or to the machine.
const NO_VOICE_OF_THEIRS =
  /\b(?:system|systeme|sistema|customer|client|cliente|tools?|outils?|herramientas?|prompt|instructions?|instrucciones|rules?|regles?|reglas?|ignor\w*|obey|appelle\w*|call|llama|confirm order)\b/;
const DOUBTING =
  /\d|\?|\b(?:mais|sauf|plutot|autres?|ne|n|pas|non|nan|jamais|sans|moins|attend\w*|plus tard|encore|peut etre|sais|hesit\w*|reflech\w*|combien|quand|quoi|quel\w*|pourquoi|comment|voir|verifi\w*|d abord|avant|si (?:vous|tu|c|ca|on|je|le|la|les)|a condition|change\w*|annul\w*|enlev\w*|retir\w*|ajout\w*|bof|mouais|moui|euh|hein|presque|et|aussi|prix|verra\w*|verrai|demain)\b|\b(?:but|except|unless|instead|other|not|no|don t|never|without|wait|hold|later|maybe|perhaps|think|thinking|first|before|how|when|why|what|which|if|provided|cancel\w*|remove|add|stop|almost|guess|suppose|hmm+|um+|soon|and|also|price|tomorrow|away|go to|yeah right)\b|\b(?:pero|salvo|mejor|otr[ao]s?|nunca|sin|espera\w*|luego|quizas?|tal vez|depende|cuant[oa]s?|cuando|como|que tal|por que|cual|antes|primero|cambi\w*|cancel\w*|quit\w*|anad\w*|pens\w*|despues|manana|casi|y (?:un[oa]?|dos|tres|cuatro|el|los|las|otr[oa]s?)|tambien|precio|pena)\b/;

/**
 * Whether words that are no plain yes may still be one ("c'est parfait comme ça, on valide tout"): they agree, and neither
 * doubt nor ask nor change anything. What a model takes for a yes makes an order only when this holds.
 */
export function mayBeYes(text: string): boolean {
  if (isPlainYes(text)) return true;
  if (text.length > 300 || isDoubtful(text)) return false;
  const words = tidy(text).replace(NO_TROUBLE, ' ok ');
  return ASSENTING.test(words) && !DOUBTING.test(words) && !NO_VOICE_OF_THEIRS.test(words);
}
