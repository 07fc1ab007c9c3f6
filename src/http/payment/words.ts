import type { Locale } from '../../domain/locale.ts';
import type { OrderStatus } from '../../domain/order.ts';

type PaymentWords = {
  success: string;
  pending: string;
  error: string;
  orderNumber: string;
  qrOnItsWay: string;
  waiting: string;
  stillWaiting: string;
  backToChat: string;
  closeThisPage: string;
  leftTitle: string;
  leftText: string;
  total: string;
  payBefore: string;
  payNow: string;
  closedTitle: string;
  closed: Record<OrderStatus, string>;
  unknownOrder: string;
  writeToUs: string;
};

const fr: PaymentWords = {
  success: 'Merci, c’est payé !',
  pending: 'Votre paiement est en cours de vérification',
  error: 'Le paiement n’a pas abouti',
  orderNumber: 'Commande',
  qrOnItsWay: 'Votre QR code de retrait arrive sur WhatsApp. Présentez-le à la boutique.',
  waiting: 'Cette page se met à jour toute seule, d’habitude en quelques secondes.',
  stillWaiting:
    'Cela prend plus de temps que d’habitude. Vous pouvez fermer cette page : nous vous écrirons sur WhatsApp.',
  backToChat: 'Revenir à WhatsApp',
  closeThisPage: 'Vous pouvez fermer cette page et revenir à WhatsApp.',
  leftTitle: 'Rien n’a été débité',
  leftText: 'Votre commande vous attend toujours. Vous pouvez la payer avec le même lien.',
  total: 'Total',
  payBefore: 'À payer avant le',
  payNow: 'Payer maintenant',
  closedTitle: 'Ce lien de paiement est fermé',
  closed: {
    pending_payment: 'Le lien de paiement n’est pas disponible pour le moment.',
    confirmed: 'Cette commande est déjà payée. Merci !',
    ready: 'Cette commande est déjà payée et vous attend à la boutique.',
    collected: 'Cette commande est payée et a été retirée.',
    expired: 'Le délai de paiement est passé et la commande a expiré. Rien n’a été débité.',
    cancelled: 'Cette commande a été annulée.',
    refunded: 'Cette commande a été remboursée.',
  },
  unknownOrder: 'Nous ne trouvons pas cette commande',
  writeToUs: 'Écrivez-nous sur WhatsApp, nous regardons avec vous.',
};

const en: PaymentWords = {
  success: 'Thank you, it is paid!',
  pending: 'We are checking your payment',
  error: 'The payment did not go through',
  orderNumber: 'Order',
  qrOnItsWay: 'Your pickup QR code is on its way on WhatsApp. Show it at the shop.',
  waiting: 'This page updates by itself, usually within seconds.',
  stillWaiting: 'This takes longer than usual. You may close this page: we will write to you on WhatsApp.',
  backToChat: 'Return to WhatsApp',
  closeThisPage: 'You may close this page and return to WhatsApp.',
  leftTitle: 'You have not been charged',
  leftText: 'Your order is still waiting for you. You can pay it with the same link.',
  total: 'Total',
  payBefore: 'To be paid before',
  payNow: 'Pay now',
  closedTitle: 'This payment link is closed',
  closed: {
    pending_payment: 'The payment link is not available right now.',
    confirmed: 'This order is already paid. Thank you!',
    ready: 'This order is already paid and is waiting for you at the shop.',
    collected: 'This order is paid and has been collected.',
    expired: 'The time to pay has passed and the order has expired. You have not been charged.',
    cancelled: 'This order was cancelled.',
    refunded: 'This order was refunded.',
  },
  unknownOrder: 'We cannot find this order',
  writeToUs: 'Write to us on WhatsApp and we will look into it with you.',
};

const es: PaymentWords = {
  success: '¡Gracias, está pagado!',
  pending: 'Estamos comprobando su pago',
  error: 'El pago no se ha completado',
  orderNumber: 'Pedido',
  qrOnItsWay: 'Su código QR de recogida llega por WhatsApp. Enséñelo en la tienda.',
  waiting: 'Esta página se actualiza sola, normalmente en unos segundos.',
  stillWaiting: 'Está tardando más de lo normal. Puede cerrar esta página: le escribiremos por WhatsApp.',
  backToChat: 'Volver a WhatsApp',
  closeThisPage: 'Puede cerrar esta página y volver a WhatsApp.',
  leftTitle: 'No se le ha cobrado nada',
  leftText: 'Su pedido le sigue esperando. Puede pagarlo con el mismo enlace.',
  total: 'Total',
  payBefore: 'A pagar antes del',
  payNow: 'Pagar ahora',
  closedTitle: 'Este enlace de pago está cerrado',
  closed: {
    pending_payment: 'El enlace de pago no está disponible en este momento.',
    confirmed: 'Este pedido ya está pagado. ¡Gracias!',
    ready: 'Este pedido ya está pagado y le espera en la tienda.',
    collected: 'Este pedido está pagado y ya se ha recogido.',
    expired: 'El plazo de pago ha pasado y el pedido ha caducado. No se le ha cobrado nada.',
    cancelled: 'Este pedido se ha cancelado.',
    refunded: 'Este pedido se ha reembolsado.',
  },
  unknownOrder: 'No encontramos este pedido',
  writeToUs: 'Escríbanos por WhatsApp y lo miramos con usted.',
};

export const PAYMENT_WORDS: Record<Locale, PaymentWords> = { fr, en, es };
