import type { CatalogueGroup } from '../../../domain/catalogue-filter.ts';
import type { Locale } from '../../../domain/locale.ts';
import type { StockCause } from '../../../domain/stock-deed.ts';
import { en } from './catalogue-words-en.ts';
import { es } from './catalogue-words-es.ts';
import { fr } from './catalogue-words-fr.ts';

export type ProductField =
  | 'sku'
  | 'label'
  | 'brand'
  | 'model'
  | 'category'
  | 'description'
  | 'attributes'
  | 'price_minor';

/** What a form of the product's page came to. */
export type ProductOutcome =
  | 'saved'
  | 'unchanged'
  | 'changed_meanwhile'
  | 'added'
  | 'sku_taken'
  | 'pictured'
  | 'not_a_picture'
  | 'too_large'
  | 'moved'
  | 'already_done'
  | 'bad_quantity'
  | 'reason_missing'
  | 'slotted';

export type CatalogueWords = {
  catalogue: string;
  searchHint: string;
  byGroup: string;
  groups: Record<CatalogueGroup | 'all', string>;
  category: string;
  everyCategory: string;
  apply: string;
  none: string;
  more: string;
  fromTop: string;
  newProduct: string;
  hidden: string;
  service: string;
  outOfStock: string;
  noPicture: string;
  /** "12 (3 reserved)" */
  reserved: (count: number) => string;
  product: {
    fields: Record<ProductField, string>;
    skuHint: string;
    attributesHint: string;
    priceHint: (currency: string) => string;
    active: string;
    activeHint: string;
    stocked: string;
    edit: string;
    save: string;
    add: string;
    managersOnly: string;
    checkField: (field: string) => string;
    badAttributes: string;
    outcomes: Record<ProductOutcome, string>;
  };
  picture: { title: string; choose: string; hint: string; send: string };
  stock: {
    title: string;
    onHand: string;
    free: string;
    slot: string;
    slotSave: string;
    change: string;
    what: string;
    causes: Record<StockCause, string>;
    quantity: string;
    reason: string;
    submit: string;
    history: string;
    noHistory: string;
    kinds: Record<string, string>;
    /** "2 of them paid, to be handed over" */
    paid: (paidWaiting: number) => string;
    countPaidToo: (paidWaiting: number) => string;
    /** What a count came to: "4 counted, 2 of them paid, to be handed over: 2 are left" */
    counted: (count: { counted: number; paidWaiting: number }) => string;
    belowReserved: (reserved: number, orders: string) => string;
    belowPaid: (owed: { paidWaiting: number; reserved: number; free: number }, orders: string) => string;
    shelfChanged: (pieces: number) => string;
    belowZero: (onHand: number, paidWaiting: number) => string;
    slotTaken: (sku: string) => string;
  };
  preview: {
    title: string;
    hint: string;
    show: string;
    exact: string;
    near: string;
    nothing: string;
    also: string;
    readAs: (typed: string, taken: string) => string;
    rank: (rank: number) => string;
    notRanked: string;
  };
};

export const CATALOGUE_WORDS: Record<Locale, CatalogueWords> = { fr, en, es };
