import type { NumbersWords } from './numbers-words.ts';

export const NUMBERS_FR: NumbersWords = {
  numbers: 'Chiffres',
  by: 'Par',
  grains: { day: 'Jour', week: 'Semaine', month: 'Mois' },
  starts: { day: 'Jour', week: 'Semaine', month: 'Mois' },
  weekOf: 'du',
  countedAt: 'Comptés le',
  isCounted: 'Recomptés toutes les cinq minutes, selon les jours de la boutique.',
  isBeingCounted: 'Les chiffres sont comptés pour la première fois : cela prend cinq minutes au plus.',
  nothing: 'Rien à compter pour l’instant. Dès la première commande, vous verrez ici comment va la boutique.',
  nothingHere: 'Rien pendant cette période.',
  older: 'Avant',
  newer: 'Après',
  csv: 'Ces chiffres en CSV',
  table: 'Les chiffres',
  total: 'En tout',
  product: 'Produit',
  step: 'Relance',
  variant: 'texte',
  code: 'Code de Twilio',
  unknownCode: 'aucun',
  more: (count) => `${count} de plus dans le CSV.`,
  sections: {
    sales: {
      title: 'Ventes',
      meaning:
        'Les commandes payées et leur montant, au jour où l’argent est arrivé. Les remboursements ne sont pas déduits.',
    },
    products: {
      title: 'Ventes par produit',
      meaning: 'Ce que contenaient les commandes payées de cette période.',
    },
    outcomes: {
      title: 'Commandes expirées',
      meaning:
        'Ce que sont devenues les commandes passées chaque jour. Le taux porte sur celles dont le sort est connu : les expirées parmi toutes celles qui n’attendent plus leur paiement.',
    },
    steps: {
      title: 'Payé après relance, par étape',
      meaning:
        'Parmi les commandes passées pendant cette période. Payé après une relance : après son envoi, et avant l’envoi de la relance suivante de la commande.',
    },
    reminders: {
      title: 'Payé après relance',
      meaning: 'Toutes les relances parties, au jour où leur commande a été passée.',
    },
    again: {
      title: 'Rachat après le remerciement',
      meaning:
        'Parmi les remerciements partis, au jour où leur commande a été payée : ceux dont le client a payé une autre commande, passée ensuite, dans les 30 jours. Les 30 derniers jours peuvent encore monter.',
    },
    link: {
      title: 'Du lien au paiement',
      meaning:
        'Le temps pris par les clients entre la création du lien de paiement et l’arrivée de l’argent : la moitié moins que la médiane, neuf sur dix moins que le 90e centile.',
    },
    webhook: {
      title: 'De la session au webhook',
      meaning:
        'De la création de la session de paiement au webhook de Stripe qui la dit terminée, temps du client compris ; et ce qu’en a pris le seul trajet du webhook, de l’événement chez Stripe à son arrivée ici.',
    },
    pending: {
      title: 'En attente plus de 30 s',
      meaning:
        'Les sessions dont Stripe avait l’argent depuis plus de 30 secondes alors qu’elles étaient encore en attente ici : leurs clients voyaient une page qui patiente.',
    },
    failures: {
      title: 'Messages en échec',
      meaning: 'Les messages aux clients abandonnés ou non remis, au jour de leur échec.',
    },
    codes: { title: 'Messages en échec, par code', meaning: 'Ce que Twilio en a dit.' },
    model: {
      title: 'Coût du modèle par commande',
      meaning:
        'Tous les appels du modèle, y compris ceux des conversations sans suite, rapportés aux commandes payées dans le même temps.',
    },
  },
  columns: {
    orders: 'Commandes',
    amount: 'Montant',
    pieces: 'Pièces',
    placed: 'Passées',
    paid: 'Payées',
    expired: 'Expirées',
    cancelled: 'Annulées',
    open: 'En attente',
    expiredShare: 'Taux d’expiration',
    sent: 'Envoyées',
    paidAfter: 'Payé après',
    paidShare: 'Taux de paiement',
    thanked: 'Remerciements',
    again: 'Rachats',
    againShare: 'Taux',
    median: 'Médiane',
    p90: '90e centile',
    delayMedian: 'Webhook, médiane',
    delayP90: 'Webhook, 90e centile',
    sessions: 'Sessions payées',
    pending: 'Plus de 30 s',
    pendingShare: 'Taux',
    messages: 'Messages',
    tokens: 'Jetons',
    cost: 'Coût',
    tokensPerOrder: 'Jetons par commande',
    costPerOrder: 'Coût par commande',
  },
};
