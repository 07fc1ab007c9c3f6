import type { NumbersWords } from './numbers-words.ts';

export const NUMBERS_EN: NumbersWords = {
  numbers: 'Numbers',
  by: 'By',
  grains: { day: 'Day', week: 'Week', month: 'Month' },
  starts: { day: 'Day', week: 'Week', month: 'Month' },
  weekOf: 'from',
  countedAt: 'Counted on',
  isCounted: 'Counted again every five minutes, in the shop’s own days.',
  isBeingCounted: 'The numbers are being counted for the first time: this takes five minutes at most.',
  nothing: 'Nothing to count yet. From the first order on, you see here how the shop is doing.',
  nothingHere: 'Nothing in this time.',
  older: 'Earlier',
  newer: 'Later',
  csv: 'These numbers as a CSV',
  table: 'The numbers',
  total: 'In all',
  product: 'Product',
  step: 'Reminder',
  variant: 'wording',
  code: 'Twilio’s code',
  unknownCode: 'none given',
  more: (count) => `${count} more in the CSV.`,
  sections: {
    sales: {
      title: 'Sales',
      meaning: 'Paid orders and what they came to, on the day the money came. Refunds are not taken off.',
    },
    products: { title: 'Sales by product', meaning: 'What the paid orders of this time were made of.' },
    outcomes: {
      title: 'Expired orders',
      meaning:
        'What became of the orders placed on each day. The share is of those that are decided: expired among all that are not waiting to be paid.',
    },
    steps: {
      title: 'Paid after a reminder, by step',
      meaning:
        'Of the orders placed in this time. Paid after a reminder: after it left, and before the order’s next reminder left.',
    },
    reminders: {
      title: 'Paid after a reminder',
      meaning: 'All reminders that left, on the day their order was placed.',
    },
    again: {
      title: 'Buys again after the thank-you',
      meaning:
        'Of the thank-yous that left, on the day their order was paid: those whose customer paid another order, placed after it, within 30 days. The last 30 days can still grow.',
    },
    link: {
      title: 'From link to payment',
      meaning:
        'How long customers took from the making of the payment link until the money came: half of them less than the median, nine of ten less than the 90th percentile.',
    },
    webhook: {
      title: 'From session to webhook',
      meaning:
        'From the making of the payment session until Stripe’s webhook told us it was complete, the customer’s own time included; and how much of that was the webhook’s way alone, from Stripe’s event to its arrival here.',
    },
    pending: {
      title: 'Pending for over 30 s',
      meaning:
        'Sessions Stripe had the money of for more than 30 seconds while they were still pending here: their customers saw a page that waits.',
    },
    failures: {
      title: 'Messages that failed',
      meaning: 'Messages to customers that were given up or not delivered, on the day they failed.',
    },
    codes: { title: 'Messages that failed, by code', meaning: 'What Twilio said about them.' },
    model: {
      title: 'The model’s cost per order',
      meaning:
        'All calls of the model, those of talks that led nowhere included, over the orders paid in the same time.',
    },
  },
  columns: {
    orders: 'Orders',
    amount: 'Amount',
    pieces: 'Pieces',
    placed: 'Placed',
    paid: 'Paid',
    expired: 'Expired',
    cancelled: 'Cancelled',
    open: 'Still open',
    expiredShare: 'Expired share',
    sent: 'Sent',
    paidAfter: 'Paid after',
    paidShare: 'Paid share',
    thanked: 'Thank-yous',
    again: 'Bought again',
    againShare: 'Share',
    median: 'Median',
    p90: '90th percentile',
    delayMedian: 'Webhook, median',
    delayP90: 'Webhook, 90th percentile',
    sessions: 'Paid sessions',
    pending: 'Over 30 s',
    pendingShare: 'Share',
    messages: 'Messages',
    tokens: 'Tokens',
    cost: 'Cost',
    tokensPerOrder: 'Tokens per order',
    costPerOrder: 'Cost per order',
  },
};
