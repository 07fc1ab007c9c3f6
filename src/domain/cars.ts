const MAKES = new Set(
  `renault peugeot citroen dacia volkswagen vw audi bmw mercedes opel ford toyota nissan hyundai kia suzuki skoda fiat volvo
  mazda honda mitsubishi jeep tesla chevrolet lexus porsche`.split(/\s+/),
);
const MODELS = new Set(
  `clio megane captur twingo kangoo scenic kadjar sandero duster logan golf tiguan passat corsa astra yaris corolla qashqai
  juke micra tucson picanto sportage fiesta focus puma vitara jimny berlingo partner`.split(/\s+/),
);

/** "ma Peugeot 208", "a VW Golf", "une Clio": makes and models people say, in small letters. */
export function carsIn(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[a-z0-9]+/g) ?? [];
  return words.flatMap((word, index) => {
    if (MODELS.has(word)) return MAKES.has(words[index - 1] ?? '') ? [] : [word];
    if (!MAKES.has(word)) return [];
    const next = words[index + 1] ?? '';
    return MODELS.has(next) || (/\d/.test(next) && next.length <= 4) ? [`${word} ${next}`] : [word];
  });
}

const CAR = [...MAKES, ...MODELS].join('|');
const FOR_A_CAR = new RegExp(
  `\\b(?:pour|sur|for|on|para|pa) (?:(?:ma|mon|notre|une?|la|my|our|an?|the|mi|nuestr[oa]|una?|el) )?(?:[a-z]+ )?(?:${CAR})\\b(?: (?:${[...MODELS].join('|')}|\\d{1,4})\\b)?`,
  'g',
);

/** Without "pour ma vieille Clio": of a tyre whose size is said, the car says nothing more. `plain` has no accents. */
export const withoutCar = (plain: string): string => plain.replace(FOR_A_CAR, ' ');
