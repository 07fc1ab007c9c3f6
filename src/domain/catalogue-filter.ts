/** What of the catalogue staff look at. */
export const CATALOGUE_GROUPS = ['active', 'hidden', 'out', 'low'] as const;
export type CatalogueGroup = (typeof CATALOGUE_GROUPS)[number];

/** So few left in all places together that somebody should order more: less than a car's set of tyres. */
export const LOW_STOCK = 4;
