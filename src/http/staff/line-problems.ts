import type { Locale } from '../../domain/locale.ts';

type Said = Record<Exclude<Locale, 'en'>, string>;

// What the reader of catalogue files says, and the same for people; $1 and $2 stand for what it names.
const PROBLEMS: readonly [RegExp, Said][] = [
  [/^(\w+) is empty$/, { fr: '$1 est vide : remplissez-la', es: '$1 está vacía: rellénela' }],
  [
    /^(\w+) is longer than (\d+) characters$/,
    { fr: '$1 dépasse $2 caractères : raccourcissez', es: '$1 pasa de $2 caracteres: acórtela' },
  ],
  [
    /^(\w+) holds control characters$/,
    {
      fr: '$1 contient des caractères invisibles : tapez-la à nouveau',
      es: '$1 tiene caracteres invisibles: escríbala de nuevo',
    },
  ],
  [
    /^(\w+) is not UTF-8: .*$/,
    {
      fr: '$1 n’est pas en UTF-8 : enregistrez le fichier en « CSV UTF-8 »',
      es: '$1 no está en UTF-8: guarde el archivo como «CSV UTF-8»',
    },
  ],
  [
    /^(\w+) must be a whole number in the smallest unit \(8990 for 89\.90\)$/,
    {
      fr: '$1 doit être un nombre entier de centimes (8990 pour 89,90)',
      es: '$1 tiene que ser un número entero de céntimos (8990 para 89,90)',
    },
  ],
  [/^(\w+) is above (\d+)$/, { fr: '$1 dépasse $2', es: '$1 pasa de $2' }],
  [
    /^(\w+) must be an ISO 4217 code in upper case, e\.g\. EUR$/,
    {
      fr: '$1 doit être un code de monnaie en majuscules, p. ex. EUR',
      es: '$1 tiene que ser un código de moneda en mayúsculas, p. ej. EUR',
    },
  ],
  [
    /^(\w+) must be a whole number, or empty for a service$/,
    {
      fr: '$1 doit être un nombre entier, ou vide pour une prestation',
      es: '$1 tiene que ser un número entero, o vacía para un servicio',
    },
  ],
  [
    /^(\w+) must be a JSON object of texts, numbers and true\/false$/,
    {
      fr: '$1 doit être un objet JSON, p. ex. {"saison":"été"}',
      es: '$1 tiene que ser un objeto JSON, p. ej. {"temporada":"verano"}',
    },
  ],
  [
    /^(\w+) must be an http\(s\) address or a path that starts with \/$/,
    {
      fr: '$1 doit être une adresse http(s) ou commencer par /',
      es: '$1 tiene que ser una dirección http(s) o empezar por /',
    },
  ],
  [
    /^location (.+) does not exist: .*$/,
    {
      fr: 'le lieu $1 n’existe pas : corrigez-le, ou faites-le d’abord ajouter',
      es: 'el lugar $1 no existe: corríjalo, o haga que lo añadan primero',
    },
  ],
  [
    /^location is empty although there is a stock$/,
    {
      fr: 'il y a un stock mais pas de lieu : remplissez location',
      es: 'hay stock pero no hay lugar: rellene location',
    },
  ],
  [
    /^location and slot must be empty for a service$/,
    { fr: 'pour une prestation, videz location et slot', es: 'para un servicio, deje vacías location y slot' },
  ],
  [
    /^stock is empty, but this product is kept in stock: .*$/,
    {
      fr: 'stock est vide mais cet article est compté : écrivez 0 pour ne plus en vendre',
      es: 'stock está vacía pero este artículo se cuenta: escriba 0 para no vender más',
    },
  ],
  [
    /^stock (\d+) is below the (\d+) that orders have reserved$/,
    { fr: 'stock $1 : des commandes en ont réservé $2', es: 'stock $1: hay pedidos que tienen reservados $2' },
  ],
  [
    /^stock (\d+) is below the (\d+) that orders wait for, (\d+) of them paid$/,
    {
      fr: 'stock $1 : des commandes en attendent $2, dont $3 déjà payés',
      es: 'stock $1: hay pedidos que esperan $2, de ellos $3 ya pagados',
    },
  ],
  [
    /^slot (.+) at (\S+) holds (.+)$/,
    { fr: 'l’emplacement $1 à $2 contient déjà $3', es: 'la ubicación $1 en $2 ya tiene $3' },
  ],
  [
    /^sku is described differently on line (\d+)$/,
    {
      fr: 'la ligne $1 décrit cet article autrement : accordez les deux',
      es: 'la línea $1 describe este artículo de otra manera: iguale las dos',
    },
  ],
  [
    /^(sku|slot) (.+) is on line (\d+) already$/,
    { fr: '$1 $2 est déjà à la ligne $3', es: '$1 $2 ya está en la línea $3' },
  ],
  [
    /^has not as many columns as the first line$/,
    { fr: 'n’a pas autant de colonnes que la première ligne', es: 'no tiene tantas columnas como la primera línea' },
  ],
  [
    /^is not readable as CSV: check its quotes$/,
    { fr: 'illisible : vérifiez les guillemets', es: 'no se puede leer: revise las comillas' },
  ],
  [
    /^more than (\d+) lines$/,
    { fr: 'plus de $1 lignes : partagez le fichier', es: 'más de $1 líneas: divida el archivo' },
  ],
  [
    /^the first line must name the columns(?:; missing: ([^;]*))?(?:; unknown or doubled: (.*))?$/,
    {
      fr: 'la première ligne doit nommer les colonnes. Manquent : $1. Inconnues ou en double : $2',
      es: 'la primera línea tiene que nombrar las columnas. Faltan: $1. Desconocidas o repetidas: $2',
    },
  ],
];

/** What is wrong with a line, and what to do, in the language of who reads it. */
export function lineProblem(locale: Locale, problem: string): string {
  if (locale === 'en') return problem;
  const found = PROBLEMS.find(([pattern]) => pattern.test(problem));
  return found ? problem.replace(found[0], found[1][locale]) : problem;
}
