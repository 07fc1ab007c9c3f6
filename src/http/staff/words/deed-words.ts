import type { Locale } from '../../../domain/locale.ts';

/** What a form of the order's page came to. */
export type DeedOutcome =
  | 'ready'
  | 'already_ready'
  | 'not_to_prepare'
  | 'link_sent'
  | 'code_sent'
  | 'already_sent'
  | 'nothing_to_send'
  | 'cancelled'
  | 'already_paid'
  | 'money_held'
  | 'nothing_to_cancel'
  | 'noted'
  | 'empty';

export const DONE_WELL: readonly DeedOutcome[] = ['ready', 'link_sent', 'code_sent', 'cancelled', 'noted'];

export type DeedWords = {
  ready: string;
  sendLink: string;
  sendCode: string;
  cancel: string;
  cancelWarning: string;
  cancelSure: string;
  note: string;
  noteLabel: string;
  noteSubmit: string;
  outcomes: Record<DeedOutcome, string>;
};

const fr: DeedWords = {
  ready: 'Prête : prévenir le client',
  sendLink: 'Renvoyer le lien de paiement',
  sendCode: 'Renvoyer le QR code',
  cancel: 'Annuler la commande',
  cancelWarning: 'Le lien de paiement est fermé, les articles reviennent en stock et le client est prévenu.',
  cancelSure: 'Oui, annuler',
  note: 'Ajouter une note',
  noteLabel: 'Note pour l’équipe (le client ne la voit pas)',
  noteSubmit: 'Garder la note',
  outcomes: {
    ready: 'La commande est prête, le client est prévenu.',
    already_ready: 'Elle était déjà prête : le client a été prévenu.',
    not_to_prepare: 'Cette commande n’est pas à préparer : regardez son état.',
    link_sent: 'Le lien de paiement est reparti.',
    code_sent: 'Le QR code est reparti.',
    already_sent: 'C’était déjà envoyé.',
    nothing_to_send: 'Il n’y a rien à renvoyer : ni lien ouvert, ni QR code à montrer.',
    cancelled: 'La commande est annulée, le client est prévenu.',
    already_paid: 'Trop tard pour annuler : elle vient d’être payée. Un responsable peut la rembourser.',
    money_held:
      'Rien n’est annulé : Stripe a pris de l’argent pour cette commande, et ce n’est pas ce qui était demandé. Un responsable doit d’abord le rendre.',
    nothing_to_cancel: 'Cette commande n’attend plus de paiement.',
    noted: 'La note est gardée.',
    empty: 'La note est vide.',
  },
};

const en: DeedWords = {
  ready: 'Ready: tell the customer',
  sendLink: 'Send the payment link again',
  sendCode: 'Send the QR code again',
  cancel: 'Cancel the order',
  cancelWarning: 'The payment link is closed, the items go back into stock and the customer is told.',
  cancelSure: 'Yes, cancel',
  note: 'Add a note',
  noteLabel: 'Note for the team (the customer does not see it)',
  noteSubmit: 'Keep the note',
  outcomes: {
    ready: 'The order is ready, the customer is told.',
    already_ready: 'It was ready already: the customer has been told.',
    not_to_prepare: 'This order is not to be prepared: look at its state.',
    link_sent: 'The payment link is on its way again.',
    code_sent: 'The QR code is on its way again.',
    already_sent: 'That was sent already.',
    nothing_to_send: 'There is nothing to send again: no open link, no QR code to show.',
    cancelled: 'The order is cancelled, the customer is told.',
    already_paid: 'Too late to cancel: it was just paid. A manager can refund it.',
    money_held:
      'Nothing is cancelled: Stripe took money for this order, and not what was asked for. A manager must give it back first.',
    nothing_to_cancel: 'This order no longer waits for a payment.',
    noted: 'The note is kept.',
    empty: 'The note is empty.',
  },
};

const es: DeedWords = {
  ready: 'Listo: avisar al cliente',
  sendLink: 'Reenviar el enlace de pago',
  sendCode: 'Reenviar el código QR',
  cancel: 'Cancelar el pedido',
  cancelWarning: 'Se cierra el enlace de pago, los artículos vuelven al stock y se avisa al cliente.',
  cancelSure: 'Sí, cancelar',
  note: 'Añadir una nota',
  noteLabel: 'Nota para el equipo (el cliente no la ve)',
  noteSubmit: 'Guardar la nota',
  outcomes: {
    ready: 'El pedido está listo y el cliente, avisado.',
    already_ready: 'Ya estaba listo: el cliente fue avisado.',
    not_to_prepare: 'Este pedido no está para preparar: mire su estado.',
    link_sent: 'El enlace de pago va de nuevo en camino.',
    code_sent: 'El código QR va de nuevo en camino.',
    already_sent: 'Ya se había enviado.',
    nothing_to_send: 'No hay nada que reenviar: ni enlace abierto ni código QR que mostrar.',
    cancelled: 'El pedido está cancelado y el cliente, avisado.',
    already_paid: 'Demasiado tarde para cancelar: acaba de pagarse. Un responsable puede reembolsarlo.',
    money_held:
      'No se cancela nada: Stripe cobró dinero por este pedido, y no lo que se pedía. Un responsable debe devolverlo primero.',
    nothing_to_cancel: 'Este pedido ya no espera un pago.',
    noted: 'La nota está guardada.',
    empty: 'La nota está vacía.',
  },
};

export const DEED_WORDS: Record<Locale, DeedWords> = { fr, en, es };
