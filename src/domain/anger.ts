import { tidy } from './plain-words.ts';

const INSULTING =
  /\b(?:connards?|connasses?|encul\w*|salauds?|va te faire|allez vous faire|ta gueule|(?:tu es|t es|vous etes|etes) (?:nuls?|nulle|nulles|incompetents?|debiles?|idiots?|stupides?|des voleurs|des escrocs)|fuck\w*|bullshit|assholes?|idiots?|morons?|(?:you are|you re|this is|bot is) (?:useless|stupid|a joke|ridiculous)|stupid (?:bot|machine|shop)|gilipollas|hij[oa]s? de puta|mierda|cabron\w*|imbecil\w*|estupid[oa]s?|ladron(?:es)?|(?:eres|son|sois) (?:un |unos )?(?:inutil\w*|idiotas?))\b/;
const ACCUSING =
  /\b(?:arnaqu\w*|escroc\w*|voleurs?|honteux|honte a vous|scandaleux|inadmissible|inacceptable|ras le bol|j en ai marre|marre de (?:vous|toi|ce|cette|attendre)|porter? plainte|se (?:fout|moque) de moi|foutez de moi|moquez de moi|scam\w*|rip ?off|thie(?:f|ves)|unacceptable|disgrace\w*|fed up|sick of (?:you|this|waiting)|worst (?:shop|service)|joke of a shop|estaf\w*|verguenza|hart[oa] de|inaceptable|me (?:estan|estas) robando|tomando el pelo|denunciar\w*)\b/;

/** Whether a customer is beyond being helped by a machine. Asking whether something is a scam is only a question. */
export function isAngry(text: string): boolean {
  const words = tidy(text.slice(0, 400));
  return INSULTING.test(words) || (!words.includes('?') && ACCUSING.test(words));
}
