import type { Locale } from '../../../domain/locale.ts';
import type { OrderDetail } from '../../../flows/show-staff-orders.ts';

type AttemptStatus = OrderDetail['attempts'][number]['status'];

export type DealingsWords = {
  attempts: string;
  attemptStates: Record<AttemptStatus, string>;
  made: string;
  /** How old a link is, and until when it can be paid. */
  age: (age: string) => string;
  openUntil: string;
  over: string;
  messages: string;
  noMessages: string;
  withPicture: string;
};

const fr: DealingsWords = {
  attempts: 'Liens de paiement',
  attemptStates: {
    PENDING: 'En attente',
    PROCESSING: 'Paiement en cours',
    PAID: 'Payé',
    FAILED: 'Refusé',
    CANCELLED: 'Annulé',
    EXPIRED: 'Expiré',
    REFUNDED: 'Remboursé',
  },
  made: 'Créé le',
  age: (age) => `il y a ${age}`,
  openUntil: 'On peut payer jusqu’au',
  over: 'On ne peut plus payer par ce lien.',
  messages: 'Messages au client',
  noMessages: 'Aucun message pour cette commande.',
  withPicture: 'avec image',
};

const en: DealingsWords = {
  attempts: 'Payment links',
  attemptStates: {
    PENDING: 'Waiting',
    PROCESSING: 'Payment under way',
    PAID: 'Paid',
    FAILED: 'Declined',
    CANCELLED: 'Cancelled',
    EXPIRED: 'Expired',
    REFUNDED: 'Refunded',
  },
  made: 'Made on',
  age: (age) => `${age} ago`,
  openUntil: 'Can be paid until',
  over: 'This link can no longer be paid.',
  messages: 'Messages to the customer',
  noMessages: 'No message about this order.',
  withPicture: 'with a picture',
};

const es: DealingsWords = {
  attempts: 'Enlaces de pago',
  attemptStates: {
    PENDING: 'En espera',
    PROCESSING: 'Pago en curso',
    PAID: 'Pagado',
    FAILED: 'Rechazado',
    CANCELLED: 'Cancelado',
    EXPIRED: 'Caducado',
    REFUNDED: 'Reembolsado',
  },
  made: 'Creado el',
  age: (age) => `hace ${age}`,
  openUntil: 'Se puede pagar hasta el',
  over: 'Ya no se puede pagar con este enlace.',
  messages: 'Mensajes al cliente',
  noMessages: 'Ningún mensaje sobre este pedido.',
  withPicture: 'con imagen',
};

export const DEALINGS_WORDS: Record<Locale, DealingsWords> = { fr, en, es };
