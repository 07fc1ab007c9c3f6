export type CheckoutLanguage = 'fr' | 'en' | 'es';

const french = {
  title: 'Paiement',
  sandbox: 'Démonstration : aucun argent ne bouge.',
  quantity: 'Qté',
  email: 'Adresse e-mail (facultatif)',
  emailInvalid: 'Cette adresse e-mail n’est pas valide.',
  free: 'Rien à payer : aucune carte n’est demandée.',
  confirmFree: 'Confirmer la commande',
  pay: 'Payer',
  payHint: 'Carte 4242 4242 4242 4242',
  decline: 'Carte refusée',
  declineHint: 'Carte 4000 0000 0000 0002',
  threeDs: 'Carte avec 3-D Secure',
  threeDsHint: 'Carte 4000 0027 6000 3184',
  payLater: 'Payer en plusieurs fois',
  payLaterHint: 'La banque répond plus tard (+1 h)',
  leave: 'Revenir à la boutique sans payer',
  declined: 'Votre carte a été refusée. Essayez une autre carte.',
  notAuthenticated: 'L’authentification a échoué. Essayez encore ou avec une autre carte.',
  challenge: 'Votre banque vous demande de confirmer ce paiement.',
  complete: 'Confirmer chez ma banque',
  fail: 'Échouer',
  expired: 'Ce lien de paiement a expiré.',
  expiredHint: 'Rien n’a été débité. Écrivez à la boutique pour en recevoir un nouveau.',
  paid: 'Paiement déjà reçu. Merci !',
  confirmed: 'Commande déjà confirmée. Merci !',
  awaiting: 'Paiement enregistré, la banque doit encore le confirmer.',
  unknown: 'Ce lien de paiement n’existe pas.',
  receipt: 'Reçu',
};

export type CheckoutTexts = typeof french;

const english: CheckoutTexts = {
  title: 'Payment',
  sandbox: 'Demonstration: no money moves.',
  quantity: 'Qty',
  email: 'Email address (optional)',
  emailInvalid: 'This email address is not valid.',
  free: 'Nothing to pay: no card is asked for.',
  confirmFree: 'Confirm the order',
  pay: 'Pay',
  payHint: 'Card 4242 4242 4242 4242',
  decline: 'Declined card',
  declineHint: 'Card 4000 0000 0000 0002',
  threeDs: 'Card with 3-D Secure',
  threeDsHint: 'Card 4000 0027 6000 3184',
  payLater: 'Pay in instalments',
  payLaterHint: 'The bank answers later (+1 h)',
  leave: 'Back to the shop without paying',
  declined: 'Your card was declined. Please try another card.',
  notAuthenticated: 'Authentication failed. Please try again or with another card.',
  challenge: 'Your bank asks you to confirm this payment.',
  complete: 'Confirm with my bank',
  fail: 'Fail',
  expired: 'This payment link has expired.',
  expiredHint: 'Nothing was charged. Write to the shop to get a new one.',
  paid: 'Payment already received. Thank you!',
  confirmed: 'Order already confirmed. Thank you!',
  awaiting: 'Payment recorded; the bank has yet to confirm it.',
  unknown: 'There is no such payment link.',
  receipt: 'Receipt',
};

const spanish: CheckoutTexts = {
  title: 'Pago',
  sandbox: 'Demostración: no se mueve dinero.',
  quantity: 'Cant.',
  email: 'Correo electrónico (opcional)',
  emailInvalid: 'Este correo electrónico no es válido.',
  free: 'Nada que pagar: no se pide ninguna tarjeta.',
  confirmFree: 'Confirmar el pedido',
  pay: 'Pagar',
  payHint: 'Tarjeta 4242 4242 4242 4242',
  decline: 'Tarjeta rechazada',
  declineHint: 'Tarjeta 4000 0000 0000 0002',
  threeDs: 'Tarjeta con 3-D Secure',
  threeDsHint: 'Tarjeta 4000 0027 6000 3184',
  payLater: 'Pagar a plazos',
  payLaterHint: 'El banco responde más tarde (+1 h)',
  leave: 'Volver a la tienda sin pagar',
  declined: 'Su tarjeta ha sido rechazada. Pruebe con otra.',
  notAuthenticated: 'La autenticación ha fallado. Inténtelo de nuevo o con otra tarjeta.',
  challenge: 'Su banco le pide que confirme este pago.',
  complete: 'Confirmar con mi banco',
  fail: 'Fallar',
  expired: 'Este enlace de pago ha caducado.',
  expiredHint: 'No se ha cobrado nada. Escriba a la tienda para recibir otro.',
  paid: 'Pago ya recibido. ¡Gracias!',
  confirmed: 'Pedido ya confirmado. ¡Gracias!',
  awaiting: 'Pago registrado; el banco aún debe confirmarlo.',
  unknown: 'Este enlace de pago no existe.',
  receipt: 'Recibo',
};

export const CHECKOUT_TEXTS: Record<CheckoutLanguage, CheckoutTexts> = { fr: french, en: english, es: spanish };

/** The page's language for a session's locale (`fr-CA`, `auto`, null ...), French when it is none of ours. */
export function checkoutLanguage(locale: string | null): CheckoutLanguage {
  const language = locale?.slice(0, 2);
  return language === 'en' || language === 'es' ? language : 'fr';
}

/** Stripe whole amounts: these currencies have no cents at Stripe. https://docs.stripe.com/currencies#zero-decimal */
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf'.split(' '));

export function money(amountMinor: number, currency: string, language: string): string {
  const amount = ZERO_DECIMAL.has(currency) ? amountMinor : amountMinor / 100;
  return new Intl.NumberFormat(language, { style: 'currency', currency: currency.toUpperCase() }).format(amount);
}
