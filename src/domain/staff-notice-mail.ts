import { formatInstant } from './instant.ts';
import type { Locale } from './locale.ts';
import type { StaffNotice } from './notification.ts';

type Facts = { name: string; shopName: string; at: Date; timezone: string; publicUrl: string };
type Words = { subject: string; text: string };

/** What happened, as a subject and as a sentence that ends with when. */
const HAPPENED: Record<Locale, Record<StaffNotice, { subject: string; sentence: string }>> = {
  fr: {
    password_changed: {
      subject: 'votre mot de passe a changé',
      sentence: 'Le mot de passe de votre compte a été changé',
    },
    second_factor_on: {
      subject: 'double vérification activée',
      sentence: 'La double vérification de votre compte a été activée',
    },
    second_factor_off: {
      subject: 'double vérification désactivée',
      sentence: 'La double vérification de votre compte a été désactivée',
    },
    backup_code_used: {
      subject: 'connexion avec un code de secours',
      sentence: 'Un de vos codes de secours a servi à ouvrir votre compte',
    },
  },
  en: {
    password_changed: {
      subject: 'your password was changed',
      sentence: 'The password of your account was changed',
    },
    second_factor_on: {
      subject: 'second factor turned on',
      sentence: 'The second factor of your account was turned on',
    },
    second_factor_off: {
      subject: 'second factor turned off',
      sentence: 'The second factor of your account was turned off',
    },
    backup_code_used: {
      subject: 'log-in with a backup code',
      sentence: 'One of your backup codes was used to open your account',
    },
  },
  es: {
    password_changed: {
      subject: 'su contraseña ha cambiado',
      sentence: 'La contraseña de su cuenta se cambió',
    },
    second_factor_on: {
      subject: 'doble verificación activada',
      sentence: 'La doble verificación de su cuenta se activó',
    },
    second_factor_off: {
      subject: 'doble verificación desactivada',
      sentence: 'La doble verificación de su cuenta se desactivó',
    },
    backup_code_used: {
      subject: 'entrada con un código de respaldo',
      sentence: 'Uno de sus códigos de respaldo se usó para abrir su cuenta',
    },
  },
};

type Around = Facts & { subject: string; sentence: string; when: string };
const MAILS: Record<Locale, (facts: Around) => Words> = {
  fr: ({ name, shopName, publicUrl, subject, sentence, when }) => ({
    subject: `${shopName} : ${subject}`,
    text: `Bonjour ${name},\n\n${sentence} le ${when}.\n\nSi c’était vous, il n’y a rien à faire. Sinon, choisissez tout de suite un nouveau mot de passe et prévenez un responsable :\n\n${publicUrl}/staff/forgot\n`,
  }),
  en: ({ name, shopName, publicUrl, subject, sentence, when }) => ({
    subject: `${shopName}: ${subject}`,
    text: `Hello ${name},\n\n${sentence} on ${when}.\n\nIf it was you, there is nothing to do. If not, choose a new password at once and tell a manager:\n\n${publicUrl}/staff/forgot\n`,
  }),
  es: ({ name, shopName, publicUrl, subject, sentence, when }) => ({
    subject: `${shopName}: ${subject}`,
    text: `Hola, ${name}:\n\n${sentence} el ${when}.\n\nSi ha sido usted, no tiene que hacer nada. Si no, elija enseguida una contraseña nueva y avise a un responsable:\n\n${publicUrl}/staff/forgot\n`,
  }),
};

/** The mail that tells a member of staff what was done to their account, so that they notice when it was not them. */
export function staffNoticeMail(locale: Locale, notice: StaffNotice, facts: Facts): Words {
  const when = formatInstant(facts.at, locale, facts.timezone);
  return MAILS[locale]({ ...facts, ...HAPPENED[locale][notice], when });
}
