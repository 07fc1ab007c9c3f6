import { only, tidy } from './plain-words.ts';

// Precision first: a word that people also say of themselves ("I'm an idiot, wrong size"), of thieves or of their old car
// counts only where it is aimed at the shop. Words are tidied: no accents, no apostrophes.
const YOU =
  '(?:tu es|t es|vous etes|vous n etes que|you are|you re|you|eres|sois|son(?: ustedes)?|es usted|(?:your|this|the) (?:bot|machine|shop|service|company)(?: is)?)';
const NAMES =
  'nuls?|nulles?|incompetents?|debiles?|idiots?|stupides?|voleurs?|escrocs?|arnaqueurs?|useless|stupid|ridiculous|morons?|thieves|crooks|scammers|a (?:complete )?joke|inutil(?:es)?|idiotas?|imbeciles?|estupid[oa]s?|ladron(?:es)?|estafador(?:es)?|incompetentes?|ridicul[oa]s?';
const BY_NAME = new RegExp(
  `\\b${YOU} (?:(?:vraiment|tous|toutes|tres|complet\\w+|des|une|un|bande de|all|just|really|so|completely|totally|a bunch of|bunch of|an|unos|unas|muy|todos) )*(?:${NAMES})\\b|\\bbande d(?:e|es)? (?:voleurs|escrocs|nuls|incompetents|cons|arnaqueurs)\\b`,
);
const ONLY_NAMES = only([NAMES]);
const INSULTING =
  /\b(?:connards?|connasses?|encules?|salauds?|va te faire|allez vous faire|(?:ta|vos) gueules?|fuck (?:you|off|this (?:shop|bot|company|service))|assholes?|bullshit (?:shop|service|bot)|gilipollas|hij[oa]s? de puta|vete a la mierda|(?:mierda|asco) de (?:tienda|servicio|bot)|(?:vous vous|tu te|se) (?:foutez|moquez|fous|moques|fout|moque) de moi|me (?:estan|estas) (?:robando|tomando el pelo))\b/;
const ACCUSING =
  /\b(?:(?:c est|quelle) (?:une |de l |vraiment )*(?:arnaque|escroquerie|honte)|(?:c est|vraiment|tout simplement) (?:honteux|scandaleux|inadmissible|inacceptable)|honte a vous|n importe quoi votre|(?:marre|ras le bol) (?:de (?:vous|toi|ce (?:bot|robot|service|magasin)|cette (?:boutique|machine))|d attendre|de vous attendre)|(?:vais|veux) porter plainte|(?:vous|tu) (?:ne |n )?compren(?:ez|ds) (?:vraiment )?rien|(?:this|it) is (?:a |such a |really |just |totally )*(?:scam|rip ?off|unacceptable|disgrace|disgraceful|outrageous)|(?:total|what a) (?:scam|rip ?off|disgrace|joke of a shop)|(?:fed up with|sick of) (?:you|this(?: (?:shop|bot|service))?|waiting)$|(?:fed up with|sick of) (?:you|this (?:shop|bot|service)|waiting)|worst (?:shop|service)|joke of a shop|you (?:don t|do not) understand anything|(?:esto |eso )?es un[ao]? (?:estafa|robo|verguenza)|que estafa|que verguenza de (?:tienda|servicio|bot)|(?:esto )?es inaceptable|hart[oa] de (?:esperar|ustedes|vosotros|esta tienda|este (?:bot|servicio))|l[oe]s voy a denunciar|no entiend(?:es?|en) nada)\b/;
const ONLY_FED_UP = /^(?:j en ai (?:vraiment )?marre|ras le bol|estoy hart[oa])$/;
const DENIED =
  /\b(?:pas|not|isn t|no|nunca|never|jamais)(?: \w+){0,2} (?:arnaque|escroquerie|scam|rip ?off|estafa|robo|honteux|unacceptable)\b/;

/** Whether a customer is beyond being helped by a machine. Asking whether something is a scam is only a question. */
export function isAngry(text: string): boolean {
  const words = tidy(text.slice(0, 400));
  const said = words.replaceAll('?', '').trim();
  if (INSULTING.test(said)) return true;
  if (words.includes('?')) return false;
  return (
    BY_NAME.test(said) || ONLY_NAMES.test(said) || ONLY_FED_UP.test(said) || (ACCUSING.test(said) && !DENIED.test(said))
  );
}
