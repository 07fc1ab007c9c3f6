import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '../../domain/password.ts';
import type { TeamWords } from './team-words.ts';

export const es: TeamWords = {
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
