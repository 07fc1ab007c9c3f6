import type { ConcernWords } from './concern-words.ts';

export const en: ConcernWords = {
  needsYou: 'What needs you',
  nothing: 'Nothing needs you. All is well.',
  since: 'since',
  kinds: {
    dispute: {
      title: 'Disputes to answer',
      todo: 'Answer in the Stripe Dashboard before the date: without an answer the money is lost. The order’s page has what was sold.',
    },
    person_waiting: {
      title: 'Customers who wait for someone',
      todo: 'Open the conversation and answer. The bot is quiet meanwhile.',
    },
    review: { title: 'Orders to be checked', todo: 'The order’s page says what happened and what you can do.' },
    event_failed: {
      title: 'Messages of Stripe’s that could not be handled',
      todo: 'Have the cause mended (it stands beside each), then have them handled again: nothing happens twice. One that can never be handled: look at the payment in the Stripe Dashboard, then take it off the list.',
    },
    refund_stuck: {
      title: 'Refunds Stripe has not taken yet',
      todo: 'We keep trying. Often the balance at Stripe is too low, or a dispute is open: see to that in the Stripe Dashboard.',
    },
    checkout_stuck: {
      title: 'Customers without their payment link',
      todo: 'We keep trying. If it goes on, ask whoever runs the server to look at the Stripe key and account.',
    },
    checkout_given_up: {
      title: 'Orders given up: their payment link could not be made',
      todo: 'The customer was told, and may order again with one tap. Have whoever runs the server mend the reason first (“npm run doctor” asks Stripe); then open the conversation and invite them. Who orders again leaves the list, everybody after a week.',
    },
    link_stuck: {
      title: 'Payment links that are over and could not be closed',
      todo: 'Stripe could not be asked whether they were paid. Hand nothing over meanwhile; if it goes on, ask whoever runs the server.',
    },
    work_stuck: {
      title: 'Work that is stuck',
      todo: 'Ask whoever runs the server: docs/operations.md says what to do about each.',
    },
    ledger_differs: {
      title: 'Days on which Stripe and the shop differ',
      todo: 'Whoever runs the server finds out more with “npm run payments:reconcile -- --days 30”.',
    },
    message_failed: {
      title: 'Messages that did not arrive',
      todo: 'Send them again once the reason is mended, or reach the customer another way and take them off the list. After a week they leave it by themselves.',
    },
    model_paused: {
      title: 'The model does not answer',
      todo: 'Customers are answered by rules: the shop sells, but understands less. It is tried again by itself; if it goes on, ask whoever runs the server to look at its key and account.',
    },
    model_budget_spent: {
      title: 'The model’s budget for today is used up',
      todo: 'Until midnight rules answer. Whoever runs the server can raise OPENAI_DAILY_BUDGET_USD.',
    },
    notification_failed: {
      title: 'Notices and mails that could not be sent',
      todo: 'Once the mail server’s password or Slack’s address is mended, send them again. A receipt to an address that does not exist: take it off the list.',
    },
    template: {
      title: 'Wordings that WhatsApp has not approved',
      todo: 'Without them customers who wrote more than 24 hours ago cannot be reached this way. Twilio’s console (Content Template Builder) says why; mend the wording, then “npm run twilio:setup”.',
    },
    stock_low: {
      title: 'Selling, and running out',
      todo: 'Order more and enter what arrives, or take the product off sale. Listed is what has two or fewer left at a place and sold there within 30 days.',
    },
  },
  shownOf: (shown, count) => `The first ${shown} of ${count} are shown.`,
  messages: {
    'thank-you': 'Thank-you with the QR code',
    'code-again': 'QR code, sent again',
    ready: '“Your order is ready”',
    'payment-link': 'Payment link',
    'payment-link-again': 'Payment link, sent again',
    'payment-failed': 'Payment declined',
    'payment-failed-final': 'Payment refused by the bank',
    'action-required': 'The bank asks for a check',
    processing: 'Payment under way',
    'checkout-unavailable': 'The payment link could not be made',
    reminder: 'Reminder',
    expired: 'The payment link is over',
    cancelled: 'Order cancelled',
    refunded: 'Refund made',
    'refund-late': 'Paid too late: the money goes back',
    'refund-duplicate': 'Paid twice: the money goes back',
    disputed: 'Dispute opened',
    'dispute-over': 'Dispute over',
    'review-request': 'Request for a review',
    review: 'Request for a review',
    collected: 'Confirmation of the pickup',
    slowed: '“We answer a little later”',
    'person-here': '“A person takes over”',
    'bot-back': '“The bot is back”',
    'invite-back': '“Write to us again”',
    turn: 'Answer of the bot’s',
    staff: 'Answer of the team’s',
  },
  otherMessage: 'Message',
  noDueDate: 'no date given',
  works: {
    payment_events: 'Messages of Stripe’s are not handled',
    notifications: 'Notices and mails do not leave',
    leases: 'Work that was begun is not finished',
  },
  notices: {
    slack_team: 'Notice to the team (Slack)',
    email_team: 'Notice to the managers (mail)',
    email_customer: 'Confirmation to a customer (mail)',
    email_staff: 'Notice to a member of staff about their account (mail)',
  },
  approvals: {
    rejected: 'rejected',
    paused: 'paused by WhatsApp',
    disabled: 'disabled by WhatsApp',
    unsubmitted: 'not submitted',
    received: 'still waiting',
    pending: 'still waiting',
  },
  modelPaused: 'The model fails or is slow',
  modelSpent: (amount) => `Spent today: ${amount}`,
  differences: (count) => (count === 1 ? '1 difference' : `${count} differences`),
  left: (left, sold) => `${left <= 0 ? 'none left' : `${left} left`}, ${sold} sold in 30 days`,
  sendAgain: 'Send again',
  sendAllAgain: 'Send all about orders again',
  settle: 'Take off the list',
  replayAll: 'Handle all again',
  openConversation: 'Open the conversation',
  outcomes: {
    messages_sent: (count) =>
      count === 1 ? 'One message is on its way again.' : `${count} messages are on their way again.`,
    events_replayed: (count) =>
      count === 1 ? 'One message of Stripe’s is handled again.' : `${count} messages of Stripe’s are handled again.`,
    settled: 'It is off the list.',
    notification_sent: 'It is on its way again.',
    gone: 'Somebody was quicker: there is nothing left to do about it.',
  },
};
