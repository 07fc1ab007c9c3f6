import type { Locale } from '../../domain/locale.ts';
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '../../domain/password.ts';
import type { StaffLinkPurpose } from '../../domain/staff-link.ts';
import type { StaffRole } from '../../domain/staff-role.ts';

/** What a form of the team's page came to, when it made no link. */
export type TeamOutcome =
  | 'changed'
  | 'unchanged'
  | 'unknown'
  | 'last_manager'
  | 'not_a_manager'
  | 'works_here'
  | 'not_filled';

type TeamWords = {
  team: string;
  name: string;
  role: string;
  roles: Record<StaffRole, string>;
  you: string;
  /** Before a date, or `never`. */
  lastSeen: string;
  never: string;
  change: string;
  makeRole: Record<StaffRole, string>;
  resetLink: string;
  removeWarning: string;
  remove: string;
  invited: string;
  /** Before the date until which an invitation is good. */
  until: string;
  withdraw: string;
  invite: string;
  inviteButton: string;
  mailed: string;
  notMailed: string;
  linkOnce: string;
  outcomes: Record<TeamOutcome, string>;
  /** For who cannot sign in. */
  forgot: { title: string; text: string; submit: string; sent: string; askManager: string };
  /** Where a link leads. */
  link: {
    title: Record<StaffLinkPurpose, string>;
    password: string;
    rule: string;
    submit: string;
    too_short: string;
    too_long: string;
    no_name: string;
    deadTitle: string;
    deadText: string;
  };
};

const fr: TeamWords = {
  team: 'Équipe',
  name: 'Nom',
  role: 'Rôle',
  roles: { staff: 'Comptoir', manager: 'Responsable' },
  you: 'vous',
  lastSeen: 'vu pour la dernière fois :',
  never: 'jamais',
  change: 'Modifier',
  makeRole: { staff: 'Retirer le rôle de responsable', manager: 'Nommer responsable' },
  resetLink: 'Lien pour un nouveau mot de passe',
  removeWarning: 'Retirer quelqu’un ferme aussitôt toutes ses sessions. Les commandes remises gardent son nom.',
  remove: 'Retirer de l’équipe',
  invited: 'Invitations en attente',
  until: 'jusqu’au',
  withdraw: 'Annuler l’invitation',
  invite: 'Inviter quelqu’un',
  inviteButton: 'Créer le lien d’invitation',
  mailed: 'Le lien est parti par e-mail. Vous pouvez aussi le transmettre vous-même.',
  notMailed: 'Aucun e-mail n’est parti : transmettez ce lien vous-même.',
  linkOnce: 'Ce lien n’est affiché qu’une fois et ne sert qu’une fois :',
  outcomes: {
    changed: 'C’est fait.',
    unchanged: 'Rien à changer : c’était déjà le cas.',
    unknown: 'Cette personne ne fait plus partie de l’équipe.',
    last_manager: 'Impossible : il faut au moins un responsable. Nommez-en d’abord un autre.',
    not_a_manager: 'Seuls les responsables peuvent le faire.',
    works_here: 'Cette adresse a déjà un compte.',
    not_filled: 'Indiquez un nom et une adresse e-mail valable.',
  },
  forgot: {
    title: 'Mot de passe oublié ?',
    text: 'Indiquez votre adresse : si un compte y correspond, un lien y part aussitôt.',
    submit: 'Recevoir un lien',
    sent: 'Si un compte correspond à cette adresse, un lien vient de partir. Il est valable une heure. Regardez aussi dans les indésirables.',
    askManager:
      'Demandez à un responsable : sur la page « Équipe », il peut vous faire un lien pour choisir un nouveau mot de passe.',
  },
  link: {
    title: { invite: 'Bienvenue dans l’équipe', reset: 'Nouveau mot de passe' },
    password: 'Choisissez un mot de passe',
    rule: `Au moins ${MIN_PASSWORD_CHARS} caractères. Plusieurs mots à la suite font très bien l’affaire.`,
    submit: 'Enregistrer',
    too_short: `Ce mot de passe est trop court : il en faut au moins ${MIN_PASSWORD_CHARS} caractères.`,
    too_long: `Ce mot de passe est trop long : ${MAX_PASSWORD_CHARS} caractères au plus.`,
    no_name: 'Indiquez votre nom.',
    deadTitle: 'Ce lien ne sert plus',
    deadText: 'Il a déjà servi, il est trop ancien ou un autre l’a remplacé. Demandez-en un nouveau à un responsable.',
  },
};

const en: TeamWords = {
  team: 'Team',
  name: 'Name',
  role: 'Role',
  roles: { staff: 'Counter', manager: 'Manager' },
  you: 'you',
  lastSeen: 'last seen:',
  never: 'never',
  change: 'Change',
  makeRole: { staff: 'Take away the manager role', manager: 'Make a manager' },
  resetLink: 'Link for a new password',
  removeWarning: 'Removing someone ends all their sessions at once. Orders they handed over keep their name.',
  remove: 'Remove from the team',
  invited: 'Open invitations',
  until: 'until',
  withdraw: 'Withdraw the invitation',
  invite: 'Invite someone',
  inviteButton: 'Make an invitation link',
  mailed: 'The link is on its way by mail. You can also pass it on yourself.',
  notMailed: 'No mail was sent: pass this link on yourself.',
  linkOnce: 'This link is shown once and works once:',
  outcomes: {
    changed: 'Done.',
    unchanged: 'Nothing to change: it was so already.',
    unknown: 'This person is no longer on the team.',
    last_manager: 'Not possible: there must be a manager. Make someone else one first.',
    not_a_manager: 'Only managers can do this.',
    works_here: 'There is an account for this address already.',
    not_filled: 'Give a name and a valid email address.',
  },
  forgot: {
    title: 'Forgot your password?',
    text: 'Give your address: if there is an account for it, a link is sent there at once.',
    submit: 'Send me a link',
    sent: 'If there is an account for this address, a link is on its way. It is good for one hour. Look among unwanted mail too.',
    askManager: 'Ask a manager: on the page “Team” they can make you a link to choose a new password.',
  },
  link: {
    title: { invite: 'Welcome to the team', reset: 'New password' },
    password: 'Choose a password',
    rule: `At least ${MIN_PASSWORD_CHARS} characters. A few words in a row do very well.`,
    submit: 'Save',
    too_short: `This password is too short: it needs at least ${MIN_PASSWORD_CHARS} characters.`,
    too_long: `This password is too long: ${MAX_PASSWORD_CHARS} characters at most.`,
    no_name: 'Give your name.',
    deadTitle: 'This link no longer works',
    deadText: 'It was used, is too old, or another one took its place. Ask a manager for a new one.',
  },
};

const es: TeamWords = {
  team: 'Equipo',
  name: 'Nombre',
  role: 'Función',
  roles: { staff: 'Mostrador', manager: 'Responsable' },
  you: 'usted',
  lastSeen: 'última visita:',
  never: 'nunca',
  change: 'Modificar',
  makeRole: { staff: 'Quitar la función de responsable', manager: 'Nombrar responsable' },
  resetLink: 'Enlace para una contraseña nueva',
  removeWarning:
    'Al quitar a alguien se cierran enseguida todas sus sesiones. Los pedidos que entregó conservan su nombre.',
  remove: 'Quitar del equipo',
  invited: 'Invitaciones pendientes',
  until: 'hasta el',
  withdraw: 'Anular la invitación',
  invite: 'Invitar a alguien',
  inviteButton: 'Crear el enlace de invitación',
  mailed: 'El enlace va de camino por correo. También puede darlo usted.',
  notMailed: 'No se ha enviado ningún correo: dé usted este enlace.',
  linkOnce: 'Este enlace se muestra y sirve una sola vez:',
  outcomes: {
    changed: 'Hecho.',
    unchanged: 'Nada que cambiar: ya era así.',
    unknown: 'Esta persona ya no está en el equipo.',
    last_manager: 'No es posible: hace falta al menos un responsable. Nombre antes a otro.',
    not_a_manager: 'Solo los responsables pueden hacerlo.',
    works_here: 'Esta dirección ya tiene cuenta.',
    not_filled: 'Indique un nombre y una dirección de correo válida.',
  },
  forgot: {
    title: '¿Ha olvidado la contraseña?',
    text: 'Indique su dirección: si tiene cuenta, le llegará enseguida un enlace.',
    submit: 'Recibir un enlace',
    sent: 'Si esta dirección tiene cuenta, un enlace va de camino. Vale una hora. Mire también en el correo no deseado.',
    askManager:
      'Pregunte a un responsable: en la página «Equipo» puede darle un enlace para elegir una contraseña nueva.',
  },
  link: {
    title: { invite: 'Bienvenida al equipo', reset: 'Contraseña nueva' },
    password: 'Elija una contraseña',
    rule: `Al menos ${MIN_PASSWORD_CHARS} caracteres. Varias palabras seguidas van muy bien.`,
    submit: 'Guardar',
    too_short: `Esta contraseña es demasiado corta: necesita al menos ${MIN_PASSWORD_CHARS} caracteres.`,
    too_long: `Esta contraseña es demasiado larga: ${MAX_PASSWORD_CHARS} caracteres como máximo.`,
    no_name: 'Indique su nombre.',
    deadTitle: 'Este enlace ya no sirve',
    deadText: 'Ya se ha usado, es demasiado antiguo u otro lo ha sustituido. Pida uno nuevo a un responsable.',
  },
};

export const TEAM_WORDS: Record<Locale, TeamWords> = { fr, en, es };
