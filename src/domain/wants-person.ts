import { isAngry } from './anger.ts';
import { tidy } from './plain-words.ts';

// Recall first: these only let a model's own judgement count, and who is passed over still has the button.
const CALLING =
  /\b(?:parler|discuter|appel\w*|rappel\w*|telephon\w*|joindre|contact\w*|quelqu un|(?:une|vraie|autre) personne|humain\w*|conseill(?:er|ere|ers)|vendeu(?:r|se)s?|responsable|patron\w*|gerant\w*|direct(?:eur|rice)|equipe|collegue\w*|aide\w*|(?:talk|speak) (?:to|with)|call|phone|someone|somebody|person|human|agent|manager|boss|owner|staff|team|colleague\w*|help|hablar|llam\w*|alguien|persona|humano|asesor\w*|encargad[oa]|jef[ea]|gerente|equipo|companer[oa]s?|ayud\w*)\b/;
const COMPLAINING =
  /\b(?:reclamation\w*|plain\w*|rembours\w*|litige|arnaque\w*|avocat|(?<!(?:pas|aucun|sans|de) )(?:problemes?|soucis?)|erreurs?|tromp\w*|defauts?|defectueu\w*|casse\w*|abim\w*|dechir\w*|fissur\w*|hernie\w*|vibr\w*|endommag\w*|dangereu\w*|accident\w*|decu\w*|mecontent\w*|inadmissible|inacceptable|garantie|facture\w*|mal (?:monte|equilibre|fait)\w*|compla\w*|refund\w*|money back|dispute|scam|lawyer|(?<!no )problems?|issues?|wrong|mistake\w*|error\w*|faulty|defect\w*|broken|damag\w*|cracked|torn|vibrat\w*|shak(?:es|ing)|dangerous|disappoint\w*|unacceptable|unhappy|warranty|guarantee|invoice|quej\w*|reclam\w*|reembols\w*|devol\w*|estafa\w*|abogad[oa]|(?<!(?:sin|hay) )problemas?|error(?:es)?|equivoc\w*|defect\w*|rot[oa]s?|dan(?:o|os|ad[oa]s?)|peligros[oa]|accidente|decepcion\w*|inaceptable|garantia|factura)\b/;

/** Whether a customer's words may mean that a person of the shop should answer: they ask for one, or complain. */
export function mayWantPerson(text: string): boolean {
  const words = tidy(text.slice(0, 1_000));
  return CALLING.test(words) || COMPLAINING.test(words) || isAngry(text);
}

const OFFER =
  /\b(?:quelqu un|personne|equipe|collegue|conseiller|someone|person|team|colleague|alguien|persona|equipo|companer[oa])\b/;

/** Whether the shop asked if a person should answer: a yes to that is a wish for one. */
export const asksWhetherPerson = (text: string): boolean => text.includes('?') && OFFER.test(tidy(text));
