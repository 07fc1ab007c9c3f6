import type { Locale } from './locale.ts';
import type { StaffLinkPurpose } from './staff-link.ts';

type Facts = { name: string; shopName: string; link: string };
type Words = { subject: string; text: string };

const MAILS: Record<Locale, Record<StaffLinkPurpose, (facts: Facts) => Words>> = {
  fr: {
    invite: ({ name, shopName, link }) => ({
      subject: `${shopName} vous ouvre son comptoir`,
      text: `Bonjour ${name},\n\nVous êtes invité(e) à travailler au comptoir de ${shopName}. Choisissez votre mot de passe ici :\n\n${link}\n\nLe lien sert une fois et reste valable trois jours.\n`,
    }),
    reset: ({ name, shopName, link }) => ({
      subject: `${shopName} : choisissez un nouveau mot de passe`,
      text: `Bonjour ${name},\n\nVoici le lien pour choisir un nouveau mot de passe :\n\n${link}\n\nIl sert une fois et reste valable une heure. Si vous n’avez rien demandé, laissez ce message : votre mot de passe ne change pas.\n`,
    }),
  },
  en: {
    invite: ({ name, shopName, link }) => ({
      subject: `${shopName} invites you to its counter`,
      text: `Hello ${name},\n\nYou are invited to work at the counter of ${shopName}. Choose your password here:\n\n${link}\n\nThe link works once, for three days.\n`,
    }),
    reset: ({ name, shopName, link }) => ({
      subject: `${shopName}: choose a new password`,
      text: `Hello ${name},\n\nHere is the link to choose a new password:\n\n${link}\n\nIt works once, for one hour. If you did not ask for it, ignore this message: your password stays as it is.\n`,
    }),
  },
  es: {
    invite: ({ name, shopName, link }) => ({
      subject: `${shopName} le abre su mostrador`,
      text: `Hola, ${name}:\n\nLe invitamos a trabajar en el mostrador de ${shopName}. Elija aquí su contraseña:\n\n${link}\n\nEl enlace sirve una sola vez y vale tres días.\n`,
    }),
    reset: ({ name, shopName, link }) => ({
      subject: `${shopName}: elija una contraseña nueva`,
      text: `Hola, ${name}:\n\nEste es el enlace para elegir una contraseña nueva:\n\n${link}\n\nSirve una sola vez y vale una hora. Si no lo ha pedido, no haga nada: su contraseña no cambia.\n`,
    }),
  },
};

/** The mail that brings someone of the staff their link. */
export const staffLinkMail = (locale: Locale, purpose: StaffLinkPurpose, facts: Facts): Words =>
  MAILS[locale][purpose](facts);
