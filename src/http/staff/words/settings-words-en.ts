import type { SettingsWords } from './settings-words.ts';

export const en: SettingsWords = {
  settings: 'Settings',
  sections: { shop: 'The shop', reminders: 'Reminders', places: 'Pickup places' },
  fields: {
    name: 'Name of the shop',
    address: 'Address',
    hours: 'Opening hours',
    closedDays: 'Closed days',
    locale: 'Language of the shop',
    locales: 'Languages spoken to customers',
    reminders: 'Reminders',
    quietHours: 'Quiet hours',
    tone: 'How the seller sounds',
  },
  save: 'Save',
  reset: 'Back to the original values',
  fixed: (currency, timezone) =>
    `The currency (${currency}) and the time zone (${timezone}) do not change here: past orders depend on them.`,
  hoursHint: 'For example: Mon-Fri 8:00-18:00, Sat 8:00-12:00',
  readAs: 'Your customers read:',
  closedDaysHint: 'Told two weeks ahead to who asks for the hours. Untick a day to take it away.',
  addDay: 'Add a day',
  languageNames: { fr: 'French', en: 'English', es: 'Spanish' },
  localesHint: 'Who writes in another language is served in the shop’s own.',
  toneHint:
    'A few words: “First names, short sentences, a little humour.” The seller speaks like that; prices, stock and rules stay as they are.',
  remindersHint:
    'A reminder leaves if the order is not paid, never after a payment, a STOP or the end of the link. Empty both fields to take one away.',
  step: (number) => `Reminder ${number}`,
  newStep: 'One more reminder',
  after: 'After the order',
  hours: 'hours',
  minutes: 'minutes',
  ownTexts: 'My own texts',
  variables: {
    firstName: 'the first name',
    orderNumber: 'the number',
    lines: 'the items',
    total: 'the total',
    url: 'the link (required)',
    timeLeft: 'the time left',
  },
  variablesIntro: 'What stands in braces is filled in:',
  textIn: (language) => `Text in ${language}`,
  emptyIsOurs: 'Empty: our text.',
  secondTexts: 'Compare with a second text (A/B)',
  secondTextsHint: 'Every other order gets text B. The page “Numbers” tells which brings more payments.',
  emptyIsNone: 'Empty: no second text.',
  outsideWindow:
    'More than 24 hours after the customer’s last message WhatsApp takes only the template that Meta approved: it leaves in place of your text.',
  preview: 'Preview',
  previewTitle: 'What a customer would read',
  quietHint: 'Between these hours no reminder and no review request. The same hour twice: no pause.',
  from: 'from',
  to: 'to',
  place: {
    name: 'Name',
    address: 'Address',
    hours: 'Opening hours',
    closed: 'closed',
    open: 'Open again',
    close: 'Close this place',
    add: 'Add a place',
  },
  placesHint: 'A closed place is no longer offered and its stock no longer sold. Its past orders keep its name.',
  outcomes: {
    saved: 'Saved, and already in force.',
    unchanged: 'Nothing to change: it was so already.',
    stale: 'Somebody has just changed the settings. Your words are below: read them again and save once more.',
    unknown: 'There is no such place.',
    open_orders: 'Orders still wait there: hand them over, cancel or refund them first.',
    last_place: 'This is the last open place: without it nothing could be ordered.',
    not_filled: 'A name and an address are needed.',
  },
  wrong: (fields) => `To be mended: ${fields}. Nothing was saved.`,
  textProblem(problem) {
    if (problem.kind === 'unknown_variable') return `Nobody fills in {${problem.name}} in a reminder’s text.`;
    return problem.kind === 'too_long'
      ? 'A reminder’s text is longer than 900 characters.'
      : 'A reminder’s text has no {url}: without the link nobody can pay.';
  },
};
