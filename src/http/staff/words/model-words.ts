import type { Locale } from '../../../domain/locale.ts';

/** What the model cost, on the pages of an order and of the money. */
export type ModelWords = {
  /** Before the talk that led to an order. */
  talk: string;
  /** After a number. */
  answers: string;
  tokens: string;
  ofThemCached: string;
  /** Where the price is not known. */
  noPrice: string;
  week: string;
  calls: string;
  perPaidOrder: string;
  /** In the place of an amount. */
  noPaidOrder: string;
};

export const MODEL_WORDS: Record<Locale, ModelWords> = {
  fr: {
    talk: 'Conversation avec le robot',
    answers: 'réponses du modèle',
    tokens: 'jetons',
    ofThemCached: 'en cache',
    noPrice: 'prix du modèle inconnu',
    week: 'Le modèle ces sept derniers jours',
    calls: 'appels du modèle',
    perPaidOrder: 'Par commande payée',
    noPaidOrder: 'aucune commande payée',
  },
  en: {
    talk: 'Talk with the bot',
    answers: 'answers by the model',
    tokens: 'tokens',
    ofThemCached: 'cached',
    noPrice: 'the model’s price is not known',
    week: 'The model in the last seven days',
    calls: 'calls of the model',
    perPaidOrder: 'For each paid order',
    noPaidOrder: 'no paid order',
  },
  es: {
    talk: 'Conversación con el bot',
    answers: 'respuestas del modelo',
    tokens: 'tokens',
    ofThemCached: 'en caché',
    noPrice: 'precio del modelo desconocido',
    week: 'El modelo en los últimos siete días',
    calls: 'llamadas al modelo',
    perPaidOrder: 'Por pedido pagado',
    noPaidOrder: 'ningún pedido pagado',
  },
};
