import type { SettingsWords } from './settings-words.ts';

export const fr: SettingsWords = {
  settings: 'Réglages',
  sections: { shop: 'La boutique', reminders: 'Relances', places: 'Lieux de retrait' },
  fields: {
    name: 'Nom de la boutique',
    address: 'Adresse',
    hours: 'Horaires',
    closedDays: 'Jours de fermeture',
    locale: 'Langue de la boutique',
    locales: 'Langues parlées aux clients',
    reminders: 'Relances',
    quietHours: 'Heures calmes',
    tone: 'Ton du vendeur',
  },
  save: 'Enregistrer',
  reset: 'Revenir aux valeurs d’origine',
  fixed: (currency, timezone) =>
    `La devise (${currency}) et le fuseau horaire (${timezone}) ne changent pas ici : les commandes passées en dépendent.`,
  hoursHint: 'Par exemple : Lun-Ven 8h-18h, Sam 8h-12h',
  readAs: 'Vos clients lisent :',
  closedDaysHint: 'Annoncés deux semaines avant à qui demande les horaires. Décochez un jour pour l’enlever.',
  addDay: 'Ajouter un jour',
  languageNames: { fr: 'français', en: 'anglais', es: 'espagnol' },
  localesHint: 'Qui écrit dans une autre langue est servi dans celle de la boutique.',
  toneHint:
    'Quelques mots : « On se tutoie, phrases courtes, un peu d’humour. » Le vendeur parle ainsi ; les prix, le stock et les règles ne changent pas.',
  remindersHint:
    'Une relance part si la commande n’est pas payée, jamais après un paiement, un refus (STOP) ou la fin du lien. Videz les deux cases pour enlever une relance.',
  step: (number) => `Relance ${number}`,
  newStep: 'Une relance de plus',
  after: 'Après la commande',
  hours: 'heures',
  minutes: 'minutes',
  ownTexts: 'Mes propres textes',
  variables: {
    firstName: 'le prénom',
    orderNumber: 'le numéro',
    lines: 'les articles',
    total: 'le total',
    url: 'le lien (obligatoire)',
    timeLeft: 'le temps qui reste',
  },
  variablesIntro: 'Ce qui est entre accolades est remplacé :',
  textIn: (language) => `Texte en ${language}`,
  emptyIsOurs: 'Vide : notre texte.',
  secondTexts: 'Comparer avec un deuxième texte (A/B)',
  secondTextsHint:
    'Une commande sur deux reçoit le texte B. La page « Chiffres » dit lequel amène le plus de paiements.',
  emptyIsNone: 'Vide : pas de deuxième texte.',
  outsideWindow:
    'Plus de 24 heures après le dernier message du client, WhatsApp n’accepte que le modèle approuvé par Meta : il part alors à la place de votre texte.',
  preview: 'Aperçu',
  previewTitle: 'Ce que lirait un client',
  quietHint: 'Entre ces heures, ni relance ni demande d’avis. Deux fois la même heure : jamais de pause.',
  from: 'de',
  to: 'à',
  place: {
    name: 'Nom',
    address: 'Adresse',
    hours: 'Horaires',
    closed: 'fermé',
    open: 'Rouvrir',
    close: 'Fermer ce lieu',
    add: 'Ajouter un lieu',
  },
  placesHint:
    'Un lieu fermé n’est plus proposé et son stock n’est plus vendu. Ses anciennes commandes gardent son nom.',
  outcomes: {
    saved: 'C’est enregistré, et déjà en place.',
    unchanged: 'Rien à changer : c’était déjà le cas.',
    stale: 'Quelqu’un vient de changer les réglages. Vos mots sont ci-dessous : relisez-les et enregistrez à nouveau.',
    unknown: 'Ce lieu n’existe pas.',
    open_orders: 'Des commandes y attendent encore : remettez-les, annulez-les ou remboursez-les d’abord.',
    last_place: 'C’est le dernier lieu ouvert : sans lui, rien ne pourrait être commandé.',
    not_filled: 'Il faut un nom et une adresse.',
  },
  wrong: (fields) => `À corriger : ${fields}. Rien n’a été enregistré.`,
  textProblem(problem) {
    if (problem.kind === 'unknown_variable') return `Personne ne remplit {${problem.name}} dans un texte de relance.`;
    return problem.kind === 'too_long'
      ? 'Un texte de relance dépasse 900 caractères.'
      : 'Il manque {url} dans un texte de relance : sans le lien, personne ne peut payer.';
  },
};
