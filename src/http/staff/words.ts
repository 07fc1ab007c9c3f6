import type { Locale } from '../../domain/locale.ts';
import type { OrderStatus } from '../../domain/order.ts';
import type { NotCollectable } from '../needs.ts';

export type StaffWords = {
  signIn: string;
  email: string;
  password: string;
  signInButton: string;
  wrongPassword: string;
  tooManyTries: string;
  signOut: string;
  formExpired: string;
  formExpiredAdvice: string;
  startAgain: string;
  orders: string;
  allStatuses: string;
  search: string;
  searchHint: string;
  noOrders: string;
  onlyLatest: string;
  noName: string;
  order: string;
  for: string;
  phone: string;
  location: string;
  total: string;
  paidAt: string;
  createdAt: string;
  timeline: string;
  collectedBy: string;
  toFetch: string;
  collect: string;
  paidTitle: string;
  paidText: string;
  collectedTitle: string;
  collectedText: string;
  alreadyTitle: string;
  /** Before the date and the person's name. */
  at: string;
  by: string;
  unknownTitle: string;
  unknownText: string;
  allOrders: string;
  disputedTag: string;
  status: Record<OrderStatus, string>;
  refused: Record<NotCollectable, { title: string; text: string }>;
  timelineKeys: Record<string, string>;
};

const fr: StaffWords = {
  signIn: 'Espace équipe',
  email: 'Adresse e-mail',
  password: 'Mot de passe',
  signInButton: 'Se connecter',
  wrongPassword: 'L’adresse ou le mot de passe n’est pas le bon. Vérifiez et réessayez.',
  tooManyTries: 'Trop d’essais. Attendez une minute, puis réessayez.',
  signOut: 'Se déconnecter',
  formExpired: 'Cette page n’est plus à jour',
  formExpiredAdvice: 'Rien n’a été changé. Ouvrez la page à nouveau et recommencez.',
  startAgain: 'Ouvrir la page à nouveau',
  orders: 'Commandes',
  allStatuses: 'Toutes',
  search: 'Chercher',
  searchHint: 'Numéro ou nom',
  noOrders: 'Aucune commande ici.',
  onlyLatest: 'Seules les plus récentes sont affichées : cherchez un numéro ou un nom pour trouver les autres.',
  noName: 'Client sans nom',
  order: 'Commande',
  for: 'Pour',
  phone: 'Téléphone',
  location: 'Retrait',
  total: 'Total',
  paidAt: 'Payée le',
  createdAt: 'Passée le',
  timeline: 'Historique',
  collectedBy: 'Remise par',
  toFetch: 'À aller chercher',
  collect: 'Remettre la commande',
  paidTitle: 'Payée',
  paidText: 'Vous pouvez la remettre au client.',
  collectedTitle: 'Commande remise',
  collectedText: 'C’est enregistré. Bonne journée au client !',
  alreadyTitle: 'Déjà remise',
  at: 'le',
  by: 'par',
  unknownTitle: 'QR code inconnu',
  unknownText: 'Ce code n’est pas celui d’une commande. Demandez au client le message de remerciement sur WhatsApp.',
  allOrders: 'Toutes les commandes',
  disputedTag: 'Litige',
  status: {
    pending_payment: 'À payer',
    confirmed: 'Payée',
    ready: 'Prête',
    collected: 'Remise',
    expired: 'Expirée',
    cancelled: 'Annulée',
    refunded: 'Remboursée',
  },
  refused: {
    unpaid: {
      title: 'Pas encore payée',
      text: 'Ne remettez rien. Le client peut payer avec le lien reçu sur WhatsApp, puis présenter le code à nouveau.',
    },
    expired: {
      title: 'Expirée, non payée',
      text: 'Ne remettez rien. Le client peut refaire sa commande sur WhatsApp.',
    },
    cancelled: { title: 'Annulée', text: 'Ne remettez rien. Cette commande a été annulée.' },
    refunded: { title: 'Remboursée', text: 'Ne remettez rien. Le client a été remboursé.' },
    disputed: {
      title: 'Paiement contesté',
      text: 'Ne remettez rien pour l’instant. La banque du client conteste ce paiement : prévenez un responsable.',
    },
    review: {
      title: 'À vérifier',
      text: 'Ne remettez rien pour l’instant. Le paiement doit être vérifié par un responsable.',
    },
  },
  timelineKeys: {
    created: 'Commande passée',
    paid: 'Paiement reçu',
    reminded: 'Rappel envoyé',
    ready: 'Prête à retirer',
    collected: 'Remise au client',
    expired: 'Expirée sans paiement',
    cancelled: 'Annulée',
    refunded: 'Remboursée',
    disputed: 'Paiement contesté',
  },
};

const en: StaffWords = {
  signIn: 'Staff',
  email: 'Email address',
  password: 'Password',
  signInButton: 'Log in',
  wrongPassword: 'The address or the password is not right. Check them and try again.',
  tooManyTries: 'Too many tries. Wait a minute, then try again.',
  signOut: 'Log out',
  formExpired: 'This page is out of date',
  formExpiredAdvice: 'Nothing was changed. Open the page again and start over.',
  startAgain: 'Open the page again',
  orders: 'Orders',
  allStatuses: 'All',
  search: 'Search',
  searchHint: 'Number or name',
  noOrders: 'No orders here.',
  onlyLatest: 'Only the latest are shown: search for a number or a name to find the others.',
  noName: 'Customer without a name',
  order: 'Order',
  for: 'For',
  phone: 'Phone',
  location: 'Pickup',
  total: 'Total',
  paidAt: 'Paid on',
  createdAt: 'Ordered on',
  timeline: 'History',
  collectedBy: 'Handed over by',
  toFetch: 'To fetch',
  collect: 'Hand over the order',
  paidTitle: 'Paid',
  paidText: 'You can hand it over.',
  collectedTitle: 'Handed over',
  collectedText: 'It is recorded. Have a good day!',
  alreadyTitle: 'Already collected',
  at: 'on',
  by: 'by',
  unknownTitle: 'Unknown QR code',
  unknownText: 'This is not the code of an order. Ask the customer for the thank-you message on WhatsApp.',
  allOrders: 'All orders',
  disputedTag: 'Dispute',
  status: {
    pending_payment: 'To be paid',
    confirmed: 'Paid',
    ready: 'Ready',
    collected: 'Collected',
    expired: 'Expired',
    cancelled: 'Cancelled',
    refunded: 'Refunded',
  },
  refused: {
    unpaid: {
      title: 'Not paid yet',
      text: 'Hand nothing over. The customer can pay with the link on WhatsApp and show the code again.',
    },
    expired: { title: 'Expired, not paid', text: 'Hand nothing over. The customer can order again on WhatsApp.' },
    cancelled: { title: 'Cancelled', text: 'Hand nothing over. This order was cancelled.' },
    refunded: { title: 'Refunded', text: 'Hand nothing over. The customer got the money back.' },
    disputed: {
      title: 'Payment disputed',
      text: 'Hand nothing over for now. The customer’s bank disputes this payment: tell a manager.',
    },
    review: { title: 'To be checked', text: 'Hand nothing over for now. A manager has to check the payment first.' },
  },
  timelineKeys: {
    created: 'Ordered',
    paid: 'Payment received',
    reminded: 'Reminder sent',
    ready: 'Ready for pickup',
    collected: 'Handed over',
    expired: 'Expired without payment',
    cancelled: 'Cancelled',
    refunded: 'Refunded',
    disputed: 'Payment disputed',
  },
};

const es: StaffWords = {
  signIn: 'Equipo',
  email: 'Correo electrónico',
  password: 'Contraseña',
  signInButton: 'Entrar',
  wrongPassword: 'El correo o la contraseña no son correctos. Compruébelos e inténtelo de nuevo.',
  tooManyTries: 'Demasiados intentos. Espere un minuto e inténtelo de nuevo.',
  signOut: 'Salir',
  formExpired: 'Esta página ya no está al día',
  formExpiredAdvice: 'No se ha cambiado nada. Abra la página de nuevo y vuelva a empezar.',
  startAgain: 'Abrir la página de nuevo',
  orders: 'Pedidos',
  allStatuses: 'Todos',
  search: 'Buscar',
  searchHint: 'Número o nombre',
  noOrders: 'No hay pedidos aquí.',
  onlyLatest: 'Solo se muestran los más recientes: busque un número o un nombre para encontrar los demás.',
  noName: 'Cliente sin nombre',
  order: 'Pedido',
  for: 'Para',
  phone: 'Teléfono',
  location: 'Recogida',
  total: 'Total',
  paidAt: 'Pagado el',
  createdAt: 'Pedido el',
  timeline: 'Historial',
  collectedBy: 'Entregado por',
  toFetch: 'Para buscar',
  collect: 'Entregar el pedido',
  paidTitle: 'Pagado',
  paidText: 'Puede entregarlo al cliente.',
  collectedTitle: 'Pedido entregado',
  collectedText: 'Queda registrado. ¡Buen día al cliente!',
  alreadyTitle: 'Ya entregado',
  at: 'el',
  by: 'por',
  unknownTitle: 'Código QR desconocido',
  unknownText: 'No es el código de un pedido. Pida al cliente el mensaje de agradecimiento en WhatsApp.',
  allOrders: 'Todos los pedidos',
  disputedTag: 'Disputa',
  status: {
    pending_payment: 'Por pagar',
    confirmed: 'Pagado',
    ready: 'Listo',
    collected: 'Entregado',
    expired: 'Caducado',
    cancelled: 'Cancelado',
    refunded: 'Reembolsado',
  },
  refused: {
    unpaid: {
      title: 'Todavía no está pagado',
      text: 'No entregue nada. El cliente puede pagar con el enlace de WhatsApp y enseñar el código de nuevo.',
    },
    expired: { title: 'Caducado, sin pagar', text: 'No entregue nada. El cliente puede volver a pedir por WhatsApp.' },
    cancelled: { title: 'Cancelado', text: 'No entregue nada. Este pedido se canceló.' },
    refunded: { title: 'Reembolsado', text: 'No entregue nada. Se devolvió el dinero al cliente.' },
    disputed: {
      title: 'Pago en disputa',
      text: 'No entregue nada por ahora. El banco del cliente disputa este pago: avise a un responsable.',
    },
    review: {
      title: 'Por comprobar',
      text: 'No entregue nada por ahora. Un responsable debe comprobar el pago.',
    },
  },
  timelineKeys: {
    created: 'Pedido hecho',
    paid: 'Pago recibido',
    reminded: 'Recordatorio enviado',
    ready: 'Listo para recoger',
    collected: 'Entregado al cliente',
    expired: 'Caducado sin pago',
    cancelled: 'Cancelado',
    refunded: 'Reembolsado',
    disputed: 'Pago en disputa',
  },
};

export const STAFF_WORDS: Record<Locale, StaffWords> = { fr, en, es };
