import type { ConcernWords } from './concern-words.ts';

export const fr: ConcernWords = {
  needsYou: 'À traiter',
  nothing: 'Rien ne vous attend. Tout va bien.',
  since: 'depuis le',
  kinds: {
    dispute: {
      title: 'Litiges à traiter',
      todo: 'Répondez dans le tableau de bord Stripe avant la date : sans réponse, l’argent est perdu. La page de la commande dit ce qui a été vendu.',
    },
    person_waiting: {
      title: 'Clients qui attendent quelqu’un',
      todo: 'Ouvrez la conversation et répondez. Le robot se tait en attendant.',
    },
    review: {
      title: 'Commandes à vérifier',
      todo: 'La page de la commande dit ce qui s’est passé et ce que vous pouvez faire.',
    },
    event_failed: {
      title: 'Messages de Stripe qui n’ont pas pu être traités',
      todo: 'Faites corriger la cause (elle figure à côté de chacun), puis faites-les traiter à nouveau : rien n’est fait deux fois. Si l’un d’eux ne peut jamais l’être, voyez le paiement dans le Dashboard Stripe, puis retirez-le de la liste.',
    },
    refund_stuck: {
      title: 'Remboursements que Stripe n’a pas encore pris',
      todo: 'Nous continuons d’essayer. Souvent le solde chez Stripe est trop bas, ou un litige est ouvert : voyez cela dans le tableau de bord Stripe.',
    },
    checkout_stuck: {
      title: 'Clients sans leur lien de paiement',
      todo: 'Nous continuons d’essayer. Si cela dure, demandez à qui gère le serveur de regarder la clé et le compte Stripe.',
    },
    checkout_given_up: {
      title: 'Commandes abandonnées : leur lien de paiement n’a pas pu être créé',
      todo: 'Le client le sait, et peut recommander d’un geste. Faites d’abord corriger la cause par qui gère le serveur (« npm run doctor » interroge Stripe) ; puis ouvrez la conversation et invitez-le. Qui recommande quitte la liste, et chacun après une semaine.',
    },
    link_stuck: {
      title: 'Liens de paiement échus qui n’ont pas pu être fermés',
      todo: 'Stripe n’a pas pu dire s’ils ont été payés. Ne remettez rien en attendant ; si cela dure, demandez à qui gère le serveur.',
    },
    work_stuck: {
      title: 'Travail bloqué',
      todo: 'Demandez à qui gère le serveur : docs/operations.md dit que faire dans chaque cas.',
    },
    ledger_differs: {
      title: 'Jours où Stripe et la boutique diffèrent',
      todo: 'Qui gère le serveur en saura plus avec « npm run payments:reconcile -- --days 30 ».',
    },
    message_failed: {
      title: 'Messages qui ne sont pas arrivés',
      todo: 'Renvoyez-les une fois la cause réglée, ou joignez le client autrement et retirez-les de la liste. Après une semaine, ils la quittent d’eux-mêmes.',
    },
    model_paused: {
      title: 'Le modèle ne répond pas',
      todo: 'Des règles répondent aux clients : la boutique vend, mais comprend moins. Il est réessayé tout seul ; si cela dure, demandez à qui gère le serveur de regarder sa clé et son compte.',
    },
    model_budget_spent: {
      title: 'Le budget du jour du modèle est épuisé',
      todo: 'Jusqu’à minuit, des règles répondent. Qui gère le serveur peut augmenter OPENAI_DAILY_BUDGET_USD.',
    },
    notification_failed: {
      title: 'Avis et mails qui n’ont pas pu partir',
      todo: 'Une fois corrigé le mot de passe du serveur de mail ou l’adresse de Slack, renvoyez-les. Un reçu à une adresse qui n’existe pas : retirez-le de la liste.',
    },
    template: {
      title: 'Textes que WhatsApp n’a pas approuvés',
      todo: 'Sans eux, on ne peut pas joindre ainsi un client qui a écrit il y a plus de 24 heures. La console Twilio (Content Template Builder) dit pourquoi ; corrigez le texte, puis « npm run twilio:setup ».',
    },
    stock_low: {
      title: 'Se vend, et s’épuise',
      todo: 'Recommandez et saisissez ce qui arrive, ou retirez l’article de la vente. La liste montre ce dont il reste deux ou moins à un endroit et qui s’y est vendu depuis 30 jours.',
    },
  },
  shownOf: (shown, count) => `Les ${shown} premiers sur ${count} sont affichés.`,
  messages: {
    'thank-you': 'Merci avec le QR code',
    'code-again': 'QR code, renvoyé',
    ready: '« Votre commande est prête »',
    'payment-link': 'Lien de paiement',
    'payment-link-again': 'Lien de paiement, renvoyé',
    'payment-failed': 'Paiement refusé',
    'payment-failed-final': 'Paiement refusé par la banque',
    'action-required': 'La banque demande une vérification',
    processing: 'Paiement en cours',
    'checkout-unavailable': 'Le lien de paiement n’a pas pu être créé',
    reminder: 'Relance',
    expired: 'Le lien de paiement est échu',
    cancelled: 'Commande annulée',
    refunded: 'Remboursement effectué',
    'refund-late': 'Payé trop tard : l’argent repart',
    'refund-duplicate': 'Payé deux fois : l’argent repart',
    disputed: 'Litige ouvert',
    'dispute-over': 'Litige terminé',
    'review-request': 'Demande d’avis',
    review: 'Demande d’avis',
    collected: 'Confirmation du retrait',
    slowed: '« Nous répondons un peu plus tard »',
    'person-here': '« Une personne prend la suite »',
    'bot-back': '« Le robot reprend »',
    'invite-back': '« Écrivez-nous à nouveau »',
    turn: 'Réponse du robot',
    staff: 'Réponse de l’équipe',
  },
  otherMessage: 'Message',
  noDueDate: 'sans date',
  works: {
    payment_events: 'Des messages de Stripe ne sont pas traités',
    notifications: 'Des avis et des mails ne partent pas',
    leases: 'Des tâches commencées ne sont pas finies',
  },
  notices: {
    slack_team: 'Avis à l’équipe (Slack)',
    email_team: 'Avis aux responsables (mail)',
    email_customer: 'Confirmation à un client (mail)',
    email_staff: 'Avis à un membre de l’équipe sur son compte (mail)',
  },
  approvals: {
    rejected: 'refusé',
    paused: 'suspendu par WhatsApp',
    disabled: 'désactivé par WhatsApp',
    unsubmitted: 'pas soumis',
    received: 'toujours en attente',
    pending: 'toujours en attente',
  },
  modelPaused: 'Le modèle échoue ou tarde',
  modelSpent: (amount) => `Dépensé aujourd’hui : ${amount}`,
  differences: (count) => (count === 1 ? '1 écart' : `${count} écarts`),
  left: (left, sold) =>
    `${left <= 0 ? 'plus rien' : `reste ${left}`}, ${sold} ${sold === 1 ? 'vendu' : 'vendus'} en 30 jours`,
  sendAgain: 'Renvoyer',
  sendAllAgain: 'Renvoyer tous ceux des commandes',
  settle: 'Retirer de la liste',
  replayAll: 'Tout traiter à nouveau',
  openConversation: 'Ouvrir la conversation',
  outcomes: {
    messages_sent: (count) => (count === 1 ? 'Un message est reparti.' : `${count} messages sont repartis.`),
    events_replayed: (count) =>
      count === 1
        ? 'Un message de Stripe est traité à nouveau.'
        : `${count} messages de Stripe sont traités à nouveau.`,
    settled: 'C’est retiré de la liste.',
    notification_sent: 'C’est reparti.',
    gone: 'Quelqu’un a été plus rapide : il n’y a plus rien à faire.',
  },
};
