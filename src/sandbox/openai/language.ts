export type Language = 'fr' | 'en' | 'es';

const MARKS: Record<Language, RegExp> = {
  fr: /\b(je|vous|avez|des|les|une?|pneus?|bonjour|salut|merci|oui|quoi|combien|mets|panier|cherche|commande|pour|est|veux|payer|hiver|ete|parler|prends|mon|ma)\b/g,
  en: /\b(i|you|have|the|a|tyres?|tires?|hello|hi|hey|thanks|yes|what|how|much|add|cart|looking|order|for|is|want|pay|winter|summer|talk|take|my|please)\b/g,
  es: /\b(yo|tienen?|tienes|los|las|una?|neumaticos?|hola|gracias|si|que|cuanto|anade|carrito|busco|pedido|para|es|quiero|pagar|invierno|verano|hablar|llevo|mi|por favor)\b/g,
};

/** Lower case without accents or typographic apostrophes, so that one pattern matches what people really type. */
export function normalise(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .replaceAll(/[’‘]/g, "'")
    .toLowerCase()
    .trim();
}

/** The language of the newest text that shows one; French when none does. */
export function languageOf(textsNewestFirst: string[]): Language {
  for (const text of textsNewestFirst) {
    const plain = normalise(text);
    const scores = (['fr', 'en', 'es'] as const).map((language) => ({
      language,
      score: plain.match(MARKS[language])?.length ?? 0,
    }));
    const [best, second] = scores.sort((a, b) => b.score - a.score);
    if (best && best.score > (second?.score ?? 0)) return best.language;
  }
  return 'fr';
}
