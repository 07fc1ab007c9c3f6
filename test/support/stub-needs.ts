import twilio from 'twilio';
import { CONCERN_KINDS, type ConcernCounts } from '../../src/domain/concern.ts';
import type { AppNeeds } from '../../src/http/needs.ts';
import type { Log } from '../../src/ports.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { COUNTER_ID, ORDER_ID } from './order-samples.ts';
import { silentMeter } from './silent-meter.ts';
import { stubAccounts } from './stub-accounts.ts';

export const PUBLIC_URL = 'https://shop.example';
export const TWILIO_TOKEN = 'a-twilio-auth-token';

/** Nothing needs anybody. */
const noConcerns = Object.fromEntries(CONCERN_KINDS.map((kind) => [kind, 0])) as ConcernCounts;

const unexpected = (name: string) => async (): Promise<never> => {
  throw new Error(`${name} was not expected to be called`);
};

/** All that the app needs: what every page asks for has an answer, every flow fails when it is called. */
export function stubNeeds(log: Log): AppNeeds {
  const sweep = async () => ({ processed: 3 });
  return {
    tracer: untraced,
    publicUrl: PUBLIC_URL,
    cronSecret: 'cron-secret',
    csrfSecret: 'csrf-secret',
    shop: {
      name: 'Pneus des Îles',
      address: '12 rue Ferdinand Forest, Baie-Mahault',
      hours: 'Lun-Sam 8h-17h',
      timezone: 'America/Guadeloupe',
      locale: 'fr',
      currency: 'EUR',
      chatUrl: 'https://wa.me/590690000001',
    },
    log,
    meter: silentMeter,
    clock: { now: () => new Date('2026-11-21T18:00:00Z') },
    webhook: {
      isGenuine: ({ signature, url, fields }) => twilio.validateRequest(TWILIO_TOKEN, signature, url, fields),
    },
    accounts: stubAccounts,
    confirmSignIn: unexpected('confirmSignIn'),
    qr: { png: async (text) => Buffer.from(`png of ${text}`), path: () => ({ size: 1, path: 'M0 0h1v1h-1z' }) },
    receiveMessage: unexpected('receiveMessage'),
    recordDelivery: unexpected('recordDelivery'),
    verifyPaymentEvent: () => undefined,
    receivePaymentEvent: unexpected('receivePaymentEvent'),
    verifySession: unexpected('verifySession'),
    paymentLinkFor: unexpected('paymentLinkFor'),
    showPickup: unexpected('showPickup'),
    markReady: unexpected('markReady'),
    sendAgain: unexpected('sendAgain'),
    cancelAsStaff: unexpected('cancelAsStaff'),
    noteOrder: unexpected('noteOrder'),
    listCounters: async () => [
      { id: COUNTER_ID, name: 'Jarry' },
      { id: ORDER_ID, name: 'Baie-Mahault' },
    ],
    collectPickup: unexpected('collectPickup'),
    pickupQrIsServed: unexpected('pickupQrIsServed'),
    listConversations: unexpected('listConversations'),
    inviteBack: unexpected('inviteBack'),
    showConversation: unexpected('showConversation'),
    takeOver: unexpected('takeOver'),
    answerCustomer: unexpected('answerCustomer'),
    live: { subscribe: () => () => {}, heartbeatMs: 15_000 },
    returnToBot: unexpected('returnToBot'),
    listOrders: unexpected('listOrders'),
    exportOrders: () => {
      throw new Error('exportOrders was not expected to be called');
    },
    showPickList: unexpected('showPickList'),
    showSlip: unexpected('showSlip'),
    showOrder: unexpected('showOrder'),
    refundOrder: unexpected('refundOrder'),
    releaseReview: unexpected('releaseReview'),
    showTeam: unexpected('showTeam'),
    changeRole: unexpected('changeRole'),
    removeStaff: unexpected('removeStaff'),
    inviteStaff: unexpected('inviteStaff'),
    withdrawInvite: unexpected('withdrawInvite'),
    makeResetLink: unexpected('makeResetLink'),
    // Begun once the answer has left: there is nobody to fail before.
    askForReset: () => {},
    showStaffLink: unexpected('showStaffLink'),
    followStaffLink: unexpected('followStaffLink'),
    countConcerns: async () => noConcerns,
    showConcerns: unexpected('showConcerns'),
    sendMessagesAgain: unexpected('sendMessagesAgain'),
    settleMessage: unexpected('settleMessage'),
    replayGivenUpEvents: unexpected('replayGivenUpEvents'),
    settlePaymentEvent: unexpected('settlePaymentEvent'),
    sendNotificationAgain: unexpected('sendNotificationAgain'),
    settleNotification: unexpected('settleNotification'),
    showMoney: unexpected('showMoney'),
    showNumbers: unexpected('showNumbers'),
    exportNumbers: unexpected('exportNumbers'),
    showPaymentEvent: unexpected('showPaymentEvent'),
    replayPaymentEvent: unexpected('replayPaymentEvent'),
    showCatalogue: unexpected('showCatalogue'),
    showProduct: unexpected('showProduct'),
    previewCounter: unexpected('previewCounter'),
    editProduct: unexpected('editProduct'),
    addProduct: unexpected('addProduct'),
    pictureProduct: unexpected('pictureProduct'),
    givePersonalData: unexpected('givePersonalData'),
    showPicture: unexpected('showPicture'),
    correctStock: unexpected('correctStock'),
    changeSlot: unexpected('changeSlot'),
    stopSecondFactorOf: unexpected('stopSecondFactorOf'),
    showAudit: unexpected('showAudit'),
    settings: {
      show: unexpected('settings.show'),
      change: unexpected('settings.change'),
      previewReminder: () => '',
      showPlaces: unexpected('settings.showPlaces'),
      addPlace: unexpected('settings.addPlace'),
      editPlace: unexpected('settings.editPlace'),
      openOrClosePlace: unexpected('settings.openOrClosePlace'),
    },
    ownAccount: {
      show: unexpected('ownAccount.show'),
      rename: unexpected('ownAccount.rename'),
      signOutEverywhere: unexpected('ownAccount.signOutEverywhere'),
      signOutOthers: unexpected('ownAccount.signOutOthers'),
      changePassword: unexpected('ownAccount.changePassword'),
      startSecondFactor: unexpected('ownAccount.startSecondFactor'),
      confirmSecondFactor: unexpected('ownAccount.confirmSecondFactor'),
      stopSecondFactor: unexpected('ownAccount.stopSecondFactor'),
    },
    startImport: unexpected('startImport'),
    showImport: unexpected('showImport'),
    answerImport: unexpected('answerImport'),
    sweeps: {
      'payment-reminders': sweep,
      'expire-checkouts': sweep,
      'clean-expired-carts': sweep,
      'request-reviews': sweep,
      'reconcile-payments': sweep,
      'refresh-templates': sweep,
      'refresh-search': sweep,
      'erase-forgotten': sweep,
      'tell-concerns': sweep,
      'count-numbers': sweep,
      'apply-retention': sweep,
      'daily-report': sweep,
    },
    isReady: async () => ({ ok: true, checks: { database: 'ok' } }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'up 1\n' }),
  };
}
