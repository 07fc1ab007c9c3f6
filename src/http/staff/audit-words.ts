import type { AUDIT_ACTIONS, AuditAction, AuditGroup, KnownAction } from '../../domain/audit.ts';
import type { Locale } from '../../domain/locale.ts';
import { STAFF_WORDS, wordOfAction } from './words.ts';

/** What the log tells beside orders, whose words stand in words.ts. */
type OtherAction = Exclude<(typeof AUDIT_ACTIONS)[AuditGroup][number], KnownAction>;

export type AuditWords = {
  title: string;
  person: string;
  everybody: string;
  /** After the name of somebody who left. */
  gone: string;
  action: string;
  everything: string;
  groups: Record<AuditGroup, string>;
  order: string;
  show: string;
  none: string;
  older: string;
  newest: string;
  aboutOrder: string;
  aboutConversation: string;
  aboutProduct: string;
  aboutImport: string;
  actions: Record<OtherAction, string>;
};

const fr: AuditWords = {
  title: 'Journal de la boutique',
  person: 'Personne',
  everybody: 'Tout le monde',
  gone: 'partie',
  action: 'Action',
  everything: 'Toutes',
  groups: {
    orders: 'Commandes et paiements',
    conversations: 'Conversations',
    customers: 'Clients',
    catalogue: 'Catalogue',
    team: 'Équipe et comptes',
    settings: 'Réglages',
    notifications: 'Avis et e-mails',
  },
  order: 'Commande (C-1001)',
  show: 'Afficher',
  none: 'Rien à cet endroit.',
  older: 'Plus ancien',
  newest: 'Le plus récent',
  aboutOrder: 'Commande',
  aboutConversation: 'Conversation',
  aboutProduct: 'Article',
  aboutImport: 'Fichier',
  actions: {
    'conversation.taken_over': 'A pris la conversation',
    'conversation.answered': 'A répondu au client',
    'conversation.returned': 'A rendu la conversation au robot',
    'conversation.invited': 'A invité le client à reprendre la conversation',
    'customer.forgotten': 'Client oublié à sa demande',
    'customer.erase_asked': 'Client à oublier après sa commande',
    'customer.exported': 'A exporté les données d’un client',
    'orders.exported': 'A exporté des commandes (CSV)',
    'product.created': 'A créé',
    'product.changed': 'A modifié',
    'product.pictured': 'A changé la photo de',
    'stock.corrected': 'A corrigé le stock de',
    'stock.slot_changed': 'A changé l’emplacement de',
    'catalogue.import_started': 'A envoyé un fichier de catalogue',
    'catalogue.import_cancelled': 'A abandonné un import',
    'catalogue.imported': 'Catalogue importé',
    'settings.changed': 'A changé les réglages',
    'location.added': 'A ajouté un lieu',
    'location.changed': 'A changé un lieu',
    'location.closed': 'A fermé un lieu',
    'location.opened': 'A rouvert un lieu',
    'notification.sent_again': 'A renvoyé un avis ou un mail',
    'notification.settled': 'A retiré de la liste un avis ou mail non parti',
    'staff.invited': 'A invité',
    'staff.invite_withdrawn': 'A annulé une invitation',
    'staff.joined': 'A rejoint l’équipe',
    'staff.added': 'Compte créé en ligne de commande',
    'staff.renamed': 'A changé de nom',
    'staff.role_changed': 'A changé le rôle de',
    'staff.removed': 'A retiré de l’équipe',
    'staff.reset_link_made': 'A fait un lien de nouveau mot de passe pour',
    'staff.reset_asked': 'Lien de nouveau mot de passe demandé par',
    'staff.password_reset': 'A choisi un nouveau mot de passe par lien',
    'staff.password_changed': 'A changé son mot de passe',
    'staff.second_factor_on': 'Double vérification activée',
    'staff.second_factor_off': 'Double vérification désactivée',
    'staff.signed_out_everywhere': 'S’est déconnecté(e) partout',
    'staff.signed_out_others': 'A déconnecté ses autres appareils',
    'staff.signed_out_device': 'A déconnecté un de ses appareils',
  },
};

const en: AuditWords = {
  title: 'The shop’s log',
  person: 'Person',
  everybody: 'Everybody',
  gone: 'left',
  action: 'Action',
  everything: 'All',
  groups: {
    orders: 'Orders and payments',
    conversations: 'Conversations',
    customers: 'Customers',
    catalogue: 'Catalogue',
    team: 'Team and accounts',
    settings: 'Settings',
    notifications: 'Notices and mails',
  },
  order: 'Order (C-1001)',
  show: 'Show',
  none: 'Nothing here.',
  older: 'Older',
  newest: 'Newest',
  aboutOrder: 'Order',
  aboutConversation: 'Conversation',
  aboutProduct: 'Product',
  aboutImport: 'File',
  actions: {
    'conversation.taken_over': 'Took over the conversation',
    'conversation.answered': 'Answered the customer',
    'conversation.returned': 'Gave the conversation back to the bot',
    'conversation.invited': 'Invited the customer to write again',
    'customer.forgotten': 'Customer forgotten, as they asked',
    'customer.erase_asked': 'Customer to be forgotten after their order',
    'customer.exported': 'Exported a customer’s data',
    'orders.exported': 'Exported orders (CSV)',
    'product.created': 'Created',
    'product.changed': 'Changed',
    'product.pictured': 'Changed the picture of',
    'stock.corrected': 'Corrected the stock of',
    'stock.slot_changed': 'Changed the slot of',
    'catalogue.import_started': 'Sent a catalogue file',
    'catalogue.import_cancelled': 'Gave up an import',
    'catalogue.imported': 'Catalogue imported',
    'settings.changed': 'Changed the settings',
    'location.added': 'Added a place',
    'location.changed': 'Changed a place',
    'location.closed': 'Closed a place',
    'location.opened': 'Opened a place again',
    'notification.sent_again': 'Sent a notice or mail again',
    'notification.settled': 'Took a notice or mail that failed off the list',
    'staff.invited': 'Invited',
    'staff.invite_withdrawn': 'Withdrew an invitation',
    'staff.joined': 'Joined the team',
    'staff.added': 'Account made at the command line',
    'staff.renamed': 'Changed their name',
    'staff.role_changed': 'Changed the role of',
    'staff.removed': 'Removed from the team',
    'staff.reset_link_made': 'Made a link for a new password for',
    'staff.reset_asked': 'Link for a new password asked for by',
    'staff.password_reset': 'Chose a new password by link',
    'staff.password_changed': 'Changed their password',
    'staff.second_factor_on': 'Second factor turned on',
    'staff.second_factor_off': 'Second factor turned off',
    'staff.signed_out_everywhere': 'Signed out everywhere',
    'staff.signed_out_others': 'Signed their other devices out',
    'staff.signed_out_device': 'Signed one of their devices out',
  },
};

const es: AuditWords = {
  title: 'Registro de la tienda',
  person: 'Persona',
  everybody: 'Todo el mundo',
  gone: 'ya no está',
  action: 'Acción',
  everything: 'Todas',
  groups: {
    orders: 'Pedidos y pagos',
    conversations: 'Conversaciones',
    customers: 'Clientes',
    catalogue: 'Catálogo',
    team: 'Equipo y cuentas',
    settings: 'Ajustes',
    notifications: 'Avisos y correos',
  },
  order: 'Pedido (C-1001)',
  show: 'Mostrar',
  none: 'No hay nada aquí.',
  older: 'Más antiguo',
  newest: 'Lo más reciente',
  aboutOrder: 'Pedido',
  aboutConversation: 'Conversación',
  aboutProduct: 'Artículo',
  aboutImport: 'Archivo',
  actions: {
    'conversation.taken_over': 'Tomó la conversación',
    'conversation.answered': 'Respondió al cliente',
    'conversation.returned': 'Devolvió la conversación al bot',
    'conversation.invited': 'Invitó al cliente a retomar la conversación',
    'customer.forgotten': 'Cliente olvidado a petición suya',
    'customer.erase_asked': 'Cliente por olvidar tras su pedido',
    'customer.exported': 'Exportó los datos de un cliente',
    'orders.exported': 'Exportó pedidos (CSV)',
    'product.created': 'Creó',
    'product.changed': 'Modificó',
    'product.pictured': 'Cambió la foto de',
    'stock.corrected': 'Corrigió el stock de',
    'stock.slot_changed': 'Cambió la ubicación de',
    'catalogue.import_started': 'Envió un archivo de catálogo',
    'catalogue.import_cancelled': 'Abandonó una importación',
    'catalogue.imported': 'Catálogo importado',
    'settings.changed': 'Cambió los ajustes',
    'location.added': 'Añadió un lugar',
    'location.changed': 'Cambió un lugar',
    'location.closed': 'Cerró un lugar',
    'location.opened': 'Reabrió un lugar',
    'notification.sent_again': 'Envió de nuevo un aviso o correo',
    'notification.settled': 'Quitó de la lista un aviso o correo fallido',
    'staff.invited': 'Invitó a',
    'staff.invite_withdrawn': 'Retiró una invitación',
    'staff.joined': 'Se unió al equipo',
    'staff.added': 'Cuenta creada en la línea de comandos',
    'staff.renamed': 'Cambió de nombre',
    'staff.role_changed': 'Cambió la función de',
    'staff.removed': 'Quitó del equipo a',
    'staff.reset_link_made': 'Hizo un enlace de contraseña nueva para',
    'staff.reset_asked': 'Enlace de contraseña nueva pedido por',
    'staff.password_reset': 'Eligió una contraseña nueva con un enlace',
    'staff.password_changed': 'Cambió su contraseña',
    'staff.second_factor_on': 'Verificación en dos pasos activada',
    'staff.second_factor_off': 'Verificación en dos pasos desactivada',
    'staff.signed_out_everywhere': 'Cerró sesión en todas partes',
    'staff.signed_out_others': 'Cerró la sesión en sus otros dispositivos',
    'staff.signed_out_device': 'Cerró la sesión en uno de sus dispositivos',
  },
};

export const AUDIT_WORDS: Record<Locale, AuditWords> = { fr, en, es };

/** Any action of the log in words; one of Stripe's of tomorrow as it is. */
export const wordOfDeed = (locale: Locale, action: AuditAction): string =>
  AUDIT_WORDS[locale].actions[action as OtherAction] ?? wordOfAction(STAFF_WORDS[locale], action);
