import { isAngry } from './anger.ts';
import { mayBeYes } from './assent.ts';
import { carsIn } from './cars.ts';
import type { Intent } from './intent.ts';
import { looseIntent, plainIntent } from './intents.ts';
import { tidy } from './plain-words.ts';
import { isEmptySearch, parseSearch } from './search-query.ts';

// Recall first: these only let a model's own judgement count, and who is passed over still has the button.
const CALLING = [
  /\b(?:parler|discuter|(?<!\bje m )appel\w*|rappel\w*|telephon\w*|joindre|contact\w*|quelqu ?un|(?:une|vraie|autre) personne|humain\w*|conseill?(?:er|ere|ers|ier)|vendeu(?:r|se)s?|responsable|patron\w*|gerant\w*|direct(?:eur|rice)|equipe|collegue\w*|aid(?:e|er|ez)(?! (?:moi |nous )?a (?:choisir|trouver))|serv(?:ice|ise)s? (?:client\w*|apres)|s a v|sav|apres vente|operat(?:eur|rice)s?|interlocut\w*|employee?s?|superieur|technicien\w*|(?:un|vrai|d un) (?:mecanicien|expert|chef)|repond(?:e|re|ez|u)|numero (?:de tel\w*|du magasin|de la boutique)|vraies? (?:gens|humain|homme|femme)|pas (?:a |avec )?un (?:robot|bot|machine))\b/,
  /\b(?:(?:talk|speak|chat) (?:to|with)|(?:talk|speak) (?:human|person)|call|phone|some ?one|some ?body|any ?one|any ?body|person|human|agent|manager|supervisor|boss|owner|staff|team|colleague\w*|employees?|help(?! (?:me |us )?(?:to )?(?:choose|find|pick))|(?:customer|costumer|client) (?:services?|care|support|relations)|(?:technical|tech) support|support team|after ?sales?|representative|operator|(?:a|an|your|the) (?:technician|mechanic|expert)|not (?:to )?a (?:bot|robot|machine)|contact)\b/,
  /\b(?:hablar|llam(?!o\b)\w*|alguien|alguno|persona|humano|asesor\w*|encargad[oa]|jef[ea]|gerente|equipo|companer[oa]s?|(?<!\b(?:me|nos) )ayud\w*(?! (?:a )?(?:elegir|encontrar))|operador\w*|agente|representante|supervisor\w*|(?:atencion|servicio) (?:al|a|del|de atencion) \w+|atencion cliente|pos ?t?venta|tecnico|duen[oa]|telefono|empleado|vendedor\w*|contact\w*|comunicar\w*|respond(?:a|e|en|an)|no (?:con |quiero )?un (?:robot|bot))\b/,
];
const COMPLAINING = [
  /\b(?:reclam\w*|plain(?!e?s? pied)\w*|rembou?r?s\w*|litige|arnaque\w*|avocat|(?<!(?:pas|aucun|sans|de) )(?:problemes?|soucis?)|erreurs?|tromp\w*|defauts?|def(?:ec|ac)t\w*|casse\w*|abim\w*|dechir\w*|fissur\w*|hernie\w*|vibr\w*|raye(?:e|s|es)?|bosses?|boursouf\w*|endommag\w*|dangereu\w*|accident\w*|decu\w*|deception|mecontent\w*|inadmissible|inacceptable|garantie|facture\w*|mal (?:monte|equilibre|fait)\w*|geste commercial|excuses|explications?|solution|honte\w*|scandal\w*|catastroph\w*|nullissime|pourris?|merd\w*|bordel|daube|detach\w*|etes (?:vous )?serieu\w*|blague|(?:ne )?(?:marche|fonctionne|passe)(?:nt)? (?:pas|plus)|bugg?\w*)\b/,
  /\b(?:compla\w*|ref(?:un|n)d\w*|reimburs\w*|(?:money|cash) back|chargeback|dispute|scam\w*|rip ?off|lawyer|(?<!no )problems?|issues?|wrong|mistake\w*|error\w*|faulty|def(?:ec|ac)t\w*|broken?|dam+ag\w*|cracked|torn|scratch\w*|bulg(?:e|es|ing)|vibrat\w*|shak(?:es|ing)|dangerous|disappoint\w*|unacceptable|unhappy|dissatisf\w*|warranty|guarantee|invoice|apolog\w*|explanation|resolved?|solved?|sorted|solution|(?:came|fell|fallen) off|joke|kidding|are you serious|ridiculous|terrible|awful|horrible|thanks for nothing|rubbish|garbage|(?:not|isn t|doesn t|does not|don t|won t) work\w*)\b/,
  /\b(?:quej\w*|reclam\w*|reemb[oa]ls\w*|rembols\w*|devol\w*|devuelv\w*|estaf\w*|abogad[oa]|(?<!(?:sin|no hay) )problemas?|error(?:es)?|equivo[cq]\w*|def(?:ec|ac)t\w*|rot[oa]s?|rayad[oa]s?|bultos?|dan(?:o|os|ad[oa]s?)|peligros[oa]|accidente|decepcion\w*|inaceptable|verguenza|garantia|factura|explicacion\w*|disculpas?|solucion\w*|resol\w*|resuelv\w*|pesim[oa]|horrible|se (?:salio|solto)|no (?:me )?funcion\w*)\b/,
  // Money.
  /\b(?:debite\w*|prelev\w*|paye\w* (?:deux|2|trois) fois|(?:deux|2) fois (?:debite|paye|facture|preleve)\w*|double (?:paiement|debit|prelevement|charge|payment|pago|cobro|cargo)|doublement|trop percu|trop paye|mon argent|over ?charged|charged|charging me|paid (?:twice|double|two times|2 times)|twice (?:charged|paid|billed)|billed|my money|(?:cobraron|cobrado|cobraste|cobro) \w+|(?:cobrar|pagado|pague|pago) (?:dos|2) veces|(?:dos|2) veces (?:cobrado|pagado)|mi dinero)\b/,
  // Another thing than what was bought, or none.
  /\b(?:pas (?:ce|celui|celle|ceux|celles|cela|ca|le \w+|la \w+|les \w+) qu(?:e|i)? ?(?:j|je|on|nous|a ete|etait|avait)\b|pas (?:le|la|les) bon(?:ne)?s?|not (?:what|the ones?|the \w+|the \w+ \w+)(?: that)? (?:i|we) |no (?:es|son|era|eran|fue) (?:lo|el|la|los|las)(?: \w+)? que|(?:pas|jamais|rien|toujours rien) (?:encore )?(?:recu|livre)|toujours (?:pas|rien)|n est (?:pas|jamais) (?:arrive|venu)\w*|not received|never (?:received|came|arrived|got)|(?:didn t|did not|haven t|have not|hasn t) (?:get|receive|arrive|come|got|received|arrived)|(?:not|hasn t|never) (?:yet )?arrived|no (?:he |hemos |ha |han |me ha |me han |me )(?:recib|lleg)\w*|no lleg\w*|nunca (?:lleg|recib)\w*|vous m(?: en)? avez (?:donne|vendu|livre|envoye|monte|rendu|remis)\w*(?! (?:un |le |ce |votre )?(?:lien|message|recap\w*)\b)|j ai recu (?:des|que|seulement)|you (?:only )?(?:gave|sold|sent|fitted|installed|mounted|broke|lost)|i (?:only|just) got|i (?:only )?received|me (?:dieron|vendieron|mandaron|pusieron|enviaron|entregaron|montaron)|(?:je suis|i m|i am|estoy) (?:au|devant le|(?:at|in|outside) (?:the|your)|en la) (?:magasin|comptoir|shop|store|counter|tienda)|incomplet[oae]?s?|incomplete|oublie\w*|forg(?:ot|otten)|olvid(?:aron|ado|aste))\b/,
  // Back with it.
  /\b(?:retourn\w*|(?<!\bde )retours?\b(?! du| de l)|echang\w*|reprendre (?:le|la|les|vos|ces|ce) \w+|reprenez|ramen(?:er|e)\w*|rapport(?:er|e) (?:le|la|les|ces|ce|vos)|rendre (?:le|la|les|ces|ce|cette|mon|mes|vos)|return\w*|exchang\w*|swap\w*|send (?:it|them|these|this|that) back|give (?:it|them|these) back|(?:a|my) replacement|intercambi\w*|(?:un|el) cambio\b(?! de)|cambiarl[oae]s?|cambiarmel[oa]s?)\b/,
  // How they feel about it.
  /\b(?:(?:pas|peu|guere|not|isn t|nada|no|never|jamais)(?: (?:du tout|vraiment|tres|trop|plus|at all|really|very|too|estoy|estamos|quede|muy|del todo|es|est|me parece))* (?:satisf\w*|content\w*|heureu\w*|hap+y|pleased|conforme\w*|feliz|normal|serieu\w*|serio|professionn\w*|profesional|professional|acceptable|aceptable|correct|impress\w*|d accord avec|repond\w*)|insatisf\w*|fache\w*|furieu\w*|enerv\w*|en colere|angry|furious|upset|annoyed|frustrat\w*|fed up|enfadad\w*|enojad\w*|molest[oa]|furios[oa]|(?:tres )?mauvaise? (?:service|qualite|experience|accueil|pneus?|taille|modele|produit|article|commande|cote)|mauvais (?:pneus?|modele|produit|article|numero)|(?:bad|poor) (?:service|quality|experience|tyres?|tires?|job|work)|mal (?:servicio|trabajo|producto)|mala (?:calidad|experiencia|atencion)|j attends depuis|attend\w* (?:depuis|toujours|encore)|depuis (?:\w+ )?(?:jours|semaines|heures)|waiting (?:for|since)|been waiting|still waiting|nobody|no one|llevo \w+ (?:dias|semanas|horas)|esperando|nadie|etait (?:deja )?ferme|was closed|estaba cerrad[oa]|en retard|retrasad[oa]|retraso|delayed)\b/,
];
// In a question these may be about what is sold: "un pneu crevé, vous réparez ?".
const FAILING =
  /\b(?:crev(?:e|es|ee|ees)|fuit|fuite|fuient|degonfl\w*|eclat\w*|explos\w*|us(?:e|es|ee|ees) (?:en|deja|apres|au bout)|bruit|siffle\w*|tire a (?:gauche|droite)|manqu\w*(?! plus)|mauvais\w*(?! temps)|lea?e?k\w*|punctured|went flat|is flat|flat (?:after|already)|burst|blew|blown|exploded|loses? air|losing air|noisy|pulls? to|missing|bad(?! weather)|too late|pinchad\w*|pincho|desinfl\w*|revent\w*|pierden? (?:aire|presion)|(?<!\bhace )(?<!\bhacen )falt(?:a|an|aba|o)|ruido|cobr\w*)\b/;
const OF_THEIRS =
  /\b(?:au bout d\w*|apres|deja|depuis|hier|after|already|since|yesterday|days?|jours?|semaines?|weeks?|despues|ya|desde|ayer|dias|semanas?|il (?:en |m en |me )?manque|i m missing|is missing|are missing)\b/;
// "Les pneus datent de 2016": what they have says it, where nothing is asked.
const OLD = /\b(?:datent? de|(?:sont|est|etait) (?:vieux|anciens?)|(?:are|is|were|was) old|son viej[oa]s)\b/;
const MENDING = /\b(?:repar\w*|repair\w*|fix|mend|combien|prix|tarif|how much|price|cuanto|precio)\b/;

const ASKING =
  /\b(?:quel(?:le)?s?|combien|quoi|lequel|laquelle|lesquel(?:le)?s|comment (?:choisir|commander|savoir|ca marche|on|je)|(?:vous )?avez (?:vous )?(?:des|du|de|quoi|quel\w*|un|une|le|la|les|ca|cela|en)|avez vous|auriez vous|est ce qu\w*|y a t il|peut on|puis je|je peux|vendez|un (?:bon |petit )?prix|indice|index|rendez vous|rdv|appointment|cita|on peut|difference|recommand\w*|conseill(?:ez|eriez|es)|which|whats?(?= (?:is|are|s|do|does|size|tyres?|tires?|kind|about|the|would))|how (?:much|many|long|big|wide|do|does|good|is|are)|(?:do|can|could|would) you (?:have|sell|do|know|recommend|show|tell)|have you got|got any|can i|is there|are there|recommend|cual(?:es)?|cuant[oa]s?|que (?:neumatic\w*|llantas?|tipo|marcas?|precio|medida|tal|diferencia|tiene\w*|me)|como (?:puedo|se|es|hago)|tien(?:e|en|es)|hay|vend(?:e|en|es)|puedo|diferencia|recomiend\w*)\b|^(?:(?:is|are|does) |do (?:you|i|we|they|the|these)\b)/;
const BEING = /\b(?:est|sont|is|are|es|son|dure\w*|dura\w*)\b/;
const asks = (words: string): boolean => ASKING.test(words) || (words.includes('?') && BEING.test(words));

const complains = (words: string): boolean =>
  COMPLAINING.some((pattern) => pattern.test(words)) ||
  ((FAILING.test(words) || OLD.test(words)) &&
    !MENDING.test(words) &&
    (OF_THEIRS.test(words) || !(words.includes('?') || asks(words))));

/** Whether a customer's words speak of a person to answer, or of something that went wrong. */
export function saysPersonOrTrouble(text: string): boolean {
  const words = tidy(text.slice(0, 1_000));
  return CALLING.some((pattern) => pattern.test(words)) || complains(words) || isAngry(text);
}

// What the shop's tools answer by themselves.
const ANSWERED = new Set<Intent['kind']>([
  ...(['yes', 'no', 'number', 'quantity', 'change', 'remove', 'clear_cart', 'cart', 'order', 'again', 'link'] as const),
  ...(['greeting', 'thanks', 'payment_info', 'other_place', 'shop_info', 'delivery', 'discount'] as const),
  ...(['stop', 'start', 'resume', 'forget', 'keep_me', 'my_data'] as const),
]);
const ASKING_STATUS = /\?|\b(?:ou en est|statut|suivi|status|track|estado|donde)\b/;
const WANTING =
  /\b(?:je (?:ne )?(?:veux|voudrais|cherche|prends|prendrai|prendrais|souhaite)|j (?:aimerais|ai besoin|en (?:veux|prends))|(?:me |m en )?(?:faut|faudrait)|mett(?:ez|s)(?: (?:moi|m en|en))?(?: donc)?|mets(?: (?:moi|m en|en))?|ajoute\w*|donnez moi|montre\w*(?: moi)?|i (?:want|need|d like|would like|ll take|ll have|take)|looking for|give me|show me|add|quiero|quisiera|busco|necesito|ponme|pongame|dame|deme|muestr\w*|anad\w*|(?:me )?llevo) (?:de )?(?:un|une|le|la|les|l|des|du|d|ca|celui|celle|ceux|celles|deux|trois|quatre|a|an|the|this|that|these|those|some|one|two|three|four|it|them|el|los|las|una|uno|unos|unas|dos|tres|cuatro|est[eao]s?|es[eao]s?|\d+)\b/;
const PUTTING_OFF =
  /\b(?:(?:c est|it s|es) (?:pour|for|para) (?:un|une|ma|mon|a|my|una|mi)|plutot (?:le|la|les|celui|celle)|(?:quelque chose|un truc|something|algo) (?:de )?(?:plus|moins|mas|menos|more|less|\w+er)|je (?:passe|passerai|viens|viendrai)|i (?:ll|will) (?:come|pass|collect|pick)|(?:paso|pasare|vengo|vendre) |reflech\w*|je (?:vous )?(?:redis|reviens)|a (?:demain|bientot|plus tard|tout a l heure)|au revoir|bonne (?:journee|soiree)|bon week ?end|let me think|think about it|i ll (?:be back|let you know)|see you|(?:good)?bye|have a (?:nice|good)|pensar\w*|luego le digo|ya le digo|hasta (?:luego|manana)|adios|buen dia)\b|^(?:bonjour|bonsoir|salut|hello|hi|hey|hola|buenas) (?:a (?:tous|toutes|todos|vous|tout(?:e|es)? (?:la |l |le )?\w+)|every ?(?:one|body)|all)\b|\bje m appelle\b|\bmy name is\b|\bme llamo\b/;
// "Pas de problème", "no worries": said of nothing that is wrong.
const NO_TROUBLE = /\b(?:pas de|aucun|sans|no|sin|ningun) (?:problem(?:e|es|a|as|s)?|soucis?|worries|hay problema)\b/;

/** Whether words are about goods: a size, a season, a price, "pneu", "fitting". */
function isAboutGoods(text: string): boolean {
  if (carsIn(text).length > 0) return true;
  const query = parseSearch(text);
  const { generic, size, wantsCheap, wantsCheapest, maxPrice, groups, quantity } = query;
  if (generic.length > 0 || size.length > 0 || groups.some((group) => group.length > 1)) return true;
  return wantsCheap || wantsCheapest || maxPrice !== undefined || quantity !== undefined || isEmptySearch(query);
}

/** A question about goods or the shop, a greeting, thanks, an act of ordering: the shop answers these itself. */
function isForTheShop(text: string): boolean {
  const said = text.slice(0, 1_000);
  const words = tidy(said);
  if (words.replaceAll('?', '').trim() === '') return true;
  const kind = (plainIntent(said) ?? looseIntent(said))?.kind;
  if (kind === 'human' || kind === 'complaint' || kind === 'help') return false;
  if (kind === 'status') return plainIntent(said) !== undefined || ASKING_STATUS.test(words);
  if (kind && ANSWERED.has(kind)) return true;
  const isPlainTalk = asks(words) || [WANTING, PUTTING_OFF, NO_TROUBLE].some((pattern) => pattern.test(words));
  return isPlainTalk || mayBeYes(said) || isAboutGoods(said);
}

/**
 * Whether a model that would call a person may: unless the words are for the shop's own tools and neither speak of a person nor of trouble.
 * What a wrong yes costs is bounded (takeover.ts): the customer is told, has a button back, and the bot speaks again after a day.
 */
export const mayWantPerson = (text: string): boolean => saysPersonOrTrouble(text) || !isForTheShop(text);

const OFFER =
  /\b(?:quelqu un|personne|equipe|collegue|conseiller|someone|person|team|colleague|alguien|persona|equipo|companer[oa])\b/;

/** Whether the shop asked if a person should answer: a yes to that is a wish for one. */
export const asksWhetherPerson = (text: string): boolean => text.includes('?') && OFFER.test(tidy(text));
