import type { CounterGroup } from '../../../domain/counter-group.ts';
import type { Locale } from '../../../domain/locale.ts';
import type { Period } from '../../../domain/period.ts';

export type OrdersWords = {
  searchHint: string;
  groups: Record<CounterGroup | 'all', string>;
  /** Names what the rows of chips choose, for those who do not see them. */
  byGroup: string;
  byPeriod: string;
  periods: Record<Period | 'ever', string>;
  more: string;
  location: string;
  everyLocation: string;
  from: string;
  to: string;
  apply: string;
  /** `shown` is how the number is written, e.g. "1,000+". */
  total: (count: number, shown: string) => string;
  none: string;
  newer: string;
  older: string;
  newest: string;
  pickList: string;
  slips: string;
  slip: string;
  export: string;
  print: string;
  pick: {
    title: string;
    nothing: string;
    isCut: string;
    slot: string;
    noSlot: string;
    product: string;
    quantity: string;
    orders: string;
    printedAt: string;
    total: (orders: number) => string;
  };
};

const fr: OrdersWords = {
  searchHint: 'N°, nom, téléphone, article',
  groups: {
    all: 'Toutes',
    to_pay: 'À payer',
    to_prepare: 'À préparer',
    ready: 'Prêtes',
    collected: 'Remises',
    problems: 'Problèmes',
    ended: 'Sans suite',
  },
  byGroup: 'État des commandes',
  byPeriod: 'Période',
  periods: { ever: 'Tout', today: 'Aujourd’hui', yesterday: 'Hier', week: '7 jours', month: '30 jours' },
  more: 'Dates et lieu de retrait',
  location: 'Lieu de retrait',
  everyLocation: 'Tous les lieux',
  from: 'Du',
  to: 'Au',
  apply: 'Afficher',
  total: (count, shown) => `${shown} ${count > 1 ? 'commandes' : 'commande'}`,
  none: 'Aucune commande ne correspond.',
  newer: 'Plus récentes',
  older: 'Plus anciennes',
  newest: 'Revenir aux plus récentes',
  pickList: 'Liste de préparation',
  slips: 'Bons de préparation',
  slip: 'Bon de préparation',
  export: 'Exporter (CSV)',
  print: 'Imprimer',
  pick: {
    title: 'À préparer',
    nothing: 'Rien à préparer.',
    isCut: 'La liste s’arrête aux 200 commandes les plus récentes : choisissez un lieu ou une période.',
    slot: 'Emplacement',
    noSlot: 'sans emplacement',
    product: 'Article',
    quantity: 'Qté',
    orders: 'Commandes',
    printedAt: 'État au',
    total: (orders) => `${orders} ${orders > 1 ? 'commandes' : 'commande'}`,
  },
};

const en: OrdersWords = {
  searchHint: 'Number, name, phone, item',
  groups: {
    all: 'All',
    to_pay: 'To be paid',
    to_prepare: 'To prepare',
    ready: 'Ready',
    collected: 'Collected',
    problems: 'Problems',
    ended: 'Closed',
  },
  byGroup: 'State of the orders',
  byPeriod: 'Period',
  periods: { ever: 'Any time', today: 'Today', yesterday: 'Yesterday', week: '7 days', month: '30 days' },
  more: 'Dates and pickup location',
  location: 'Pickup location',
  everyLocation: 'All locations',
  from: 'From',
  to: 'To',
  apply: 'Show',
  total: (count, shown) => `${shown} ${count === 1 ? 'order' : 'orders'}`,
  none: 'No order matches.',
  newer: 'Newer',
  older: 'Older',
  newest: 'Back to the newest',
  pickList: 'Pick list',
  slips: 'Pick slips',
  slip: 'Pick slip',
  export: 'Export (CSV)',
  print: 'Print',
  pick: {
    title: 'To prepare',
    nothing: 'Nothing to prepare.',
    isCut: 'The list ends at the 200 newest orders: choose a location or a period.',
    slot: 'Slot',
    noSlot: 'no slot',
    product: 'Item',
    quantity: 'Qty',
    orders: 'Orders',
    printedAt: 'As of',
    total: (orders) => `${orders} ${orders === 1 ? 'order' : 'orders'}`,
  },
};

const es: OrdersWords = {
  searchHint: 'N.º, nombre, teléfono, artículo',
  groups: {
    all: 'Todos',
    to_pay: 'Por pagar',
    to_prepare: 'Por preparar',
    ready: 'Listos',
    collected: 'Entregados',
    problems: 'Problemas',
    ended: 'Cerrados',
  },
  byGroup: 'Estado de los pedidos',
  byPeriod: 'Periodo',
  periods: { ever: 'Todo', today: 'Hoy', yesterday: 'Ayer', week: '7 días', month: '30 días' },
  more: 'Fechas y lugar de recogida',
  location: 'Lugar de recogida',
  everyLocation: 'Todos los lugares',
  from: 'Desde',
  to: 'Hasta',
  apply: 'Mostrar',
  total: (count, shown) => `${shown} ${count === 1 ? 'pedido' : 'pedidos'}`,
  none: 'Ningún pedido coincide.',
  newer: 'Más recientes',
  older: 'Más antiguos',
  newest: 'Volver a los más recientes',
  pickList: 'Lista de preparación',
  slips: 'Hojas de preparación',
  slip: 'Hoja de preparación',
  export: 'Exportar (CSV)',
  print: 'Imprimir',
  pick: {
    title: 'Por preparar',
    nothing: 'Nada que preparar.',
    isCut: 'La lista termina en los 200 pedidos más recientes: elija un lugar o un periodo.',
    slot: 'Ubicación',
    noSlot: 'sin ubicación',
    product: 'Artículo',
    quantity: 'Cant.',
    orders: 'Pedidos',
    printedAt: 'Situación a',
    total: (orders) => `${orders} ${orders === 1 ? 'pedido' : 'pedidos'}`,
  },
};

export const ORDERS_WORDS: Record<Locale, OrdersWords> = { fr, en, es };
