/** The three languages every customer text exists in. */
export const LOCALES = ['fr', 'en', 'es'] as const;
export type Locale = (typeof LOCALES)[number];

export function isLocale(value: unknown): value is Locale {
  return (LOCALES as readonly unknown[]).includes(value);
}

/** `fr-FR` -> `fr`; anything we do not speak -> the fallback. */
export function toLocale(tag: string | null | undefined, fallback: Locale = 'fr'): Locale {
  const language = tag?.slice(0, 2).toLowerCase();
  return isLocale(language) ? language : fallback;
}

// Words that only one of the three languages uses in a shop's chat. Words they share ("non", "panier" is fr only, "no"
// is en and es) are left out: a doubtful word must not switch a customer's language.
const TELLING: Record<Locale, readonly string[]> = {
  fr: `bonjour bonsoir salut coucou oui merci je tu vous nous cherche voudrais veux avez faut pneu pneus panier commande
    commander payer paye combien quel quelle quels est-ce avec pour sans les des une mon ma mes ajoute ajouter retire supprime
    livraison retrait magasin prix pas cher moins hiver ete été saisons equilibrage équilibrage montage quelqu'un parler
    humain conseiller annuler arret arrêt lien où vous enlève enleve mets mettez plutôt plutot finalement et du est pas moi
    votre aussi bien jour géométrie geometrie roue roues`.split(/\s+/),
  en: `hello hi hey yes thanks thank please you i i'm need want looking tyre tyres tire tires cart order pay how much which
    what with without the my add remove delivery pickup store price cheap winter summer balancing fitting someone speak
    talk human agent cancel link where is are do does have can and of for it that this not don't will would i'll make
    instead more wheel wheels alignment`.split(/\s+/),
  es: `hola buenos buenas dias días tardes sí gracias quiero busco necesito quisiera tiene tienen neumatico neumático
    neumaticos neumáticos llanta llantas carrito pedido pagar cuanto cuánto cual cuál con para sin los las una mi añade anade
    quitar entrega recogida tienda precio barato invierno verano equilibrado montaje alguien hablar humano agente cancelar
    baja alto alta enlace donde dónde usted por favor el del está esta es y mejor pon quita rueda ruedas alineación alineacion
    tengo hay ahora mañana manana qué`.split(/\s+/),
};
const WORDS = Object.fromEntries(LOCALES.map((locale) => [locale, new Set(TELLING[locale])])) as Record<
  Locale,
  Set<string>
>;

// "In English please", "vous parlez espagnol ?": said in one language, asking for another.
const SPOKEN =
  /(?:^|[^\p{L}])(?:in|en|speak|parle[rz]?|parle[rz]?[ -]vous|hablar?|hablan|habla usted)\s+(?:the\s+)?(?:en\s+|in\s+)?(english|anglais|ingl[eé]s|french|fran[cç]ais|franc[eé]s|spanish|espagnol|espa[nñ]ol)(?![\p{L}])/iu;
const NAMED: [RegExp, Locale][] = [
  [/^(?:engl|angl|ingl)/i, 'en'],
  [/^(?:fren|fran)/i, 'fr'],
  [/^(?:span|espa)/i, 'es'],
];
const askedLocale = (text: string): Locale | undefined => {
  const name = SPOKEN.exec(text)?.[1];
  return name === undefined ? undefined : NAMED.find(([pattern]) => pattern.test(name))?.[1];
};

/** The language a customer's own words tell, or undefined when they do not tell clearly ("205/55 R16", "ok"). */
export function detectLocale(text: string): Locale | undefined {
  const asked = askedLocale(text);
  if (asked) return asked;
  // "L'équilibrage" tells by its noun; "quelqu'un" as a whole; the "order" of "confirm_order" is nobody's English.
  const spoken =
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}'_-]+/gu) ?? [];
  const words = spoken.flatMap((word) => (word.includes("'") ? [word, ...word.split("'")] : [word]));
  const scores = LOCALES.map((locale) => ({
    locale,
    // Only Spanish opens its questions.
    score: words.filter((word) => WORDS[locale].has(word)).length + (locale === 'es' && /[¿¡]/.test(text) ? 1 : 0),
  })).sort((a, b) => b.score - a.score);
  const [best, second] = scores;
  return best && second && best.score > second.score ? best.locale : undefined;
}
