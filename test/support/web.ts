import { AsyncLocalStorage } from 'node:async_hooks';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { CONCERN_KINDS, type ConcernCounts } from '../../src/domain/concern.ts';
import type { PickupView } from '../../src/flows/confirm-pickup.ts';
import type { OrderDetail, OrderPage, TimelineEntry } from '../../src/flows/show-staff-orders.ts';
import { createApp } from '../../src/http/app.ts';
import type { AppNeeds } from '../../src/http/needs.ts';
import type { Log, StaffAccounts } from '../../src/ports.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { silentMeter } from './silent-meter.ts';

export const PUBLIC_URL = 'https://shop.example';
export const TOKEN = 'A'.repeat(43);
export const ORDER_ID = '0b0e7a3c-6f0f-4d54-9d3c-0d3f5f3b9a11';
export const COUNTER_ID = '5b0e7a3c-6f0f-4d54-9d3c-0d3f5f3b9a22';
export const TWILIO_TOKEN = 'a-twilio-auth-token';
export const SESSION_COOKIE = '__Secure-comptoir.session_token=good.signature';

export const pickupView: PickupView = {
  orderId: ORDER_ID,
  orderNumber: 'C-1001',
  status: 'confirmed',
  disputed: false,
  inReview: false,
  isBeingRefunded: false,
  customerName: 'Marie-Laure',
  locationId: COUNTER_ID,
  locationName: 'Jarry',
  items: [
    { label: 'Michelin Primacy 4+ 205/55 R16 91V', quantity: 4, sku: 'MI-PRI4-2055516', slot: 'A3' },
    { label: 'Montage et équilibrage', quantity: 4, sku: 'SRV-MONT', slot: null },
  ],
  totalMinor: 51960,
  currency: 'EUR',
  paidAt: new Date('2026-11-21T18:05:00Z'),
  collectedAt: null,
  collectedBy: null,
};

const entry = (seq: bigint, at: string, what: TimelineEntry['what']): TimelineEntry => ({
  ...{ seq, at: new Date(at), who: { kind: 'system' }, what, reason: null, note: null, amountMinor: null },
});

export const orderDetail: OrderDetail = {
  id: ORDER_ID,
  number: 'C-1001',
  status: 'confirmed',
  disputed: false,
  inReview: false,
  customerName: 'Marie-Laure',
  maskedPhone: '+590…01',
  totalMinor: 51960,
  currency: 'EUR',
  createdAt: new Date('2026-11-21T17:55:00Z'),
  items: pickupView.items,
  locationName: 'Jarry',
  conversationId: null,
  collectedBy: null,
  rating: null,
  reviews: [],
  money: { payments: [] },
  attempts: [],
  messages: [],
  talk: { modelTurns: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, microUsd: null },
  events: [],
  timeline: [
    entry(1n, '2026-11-21T17:55:00Z', 'order.placed'),
    entry(2n, '2026-11-21T18:05:00Z', 'payment.received'),
    entry(3n, '2026-11-21T18:06:00Z', 'dispute.a_status_of_tomorrow'),
  ],
};

/** Nothing needs anybody. */
export const noConcerns = Object.fromEntries(CONCERN_KINDS.map((kind) => [kind, 0])) as ConcernCounts;

/** A shop without orders. */
export const noOrders = async (): Promise<OrderPage> => ({ orders: [], counts: null, older: null, newer: null });

/** One person, one password, one cookie. */
export const stubAccounts: StaffAccounts = {
  async signIn({ email, password }) {
    if (email === 'busy@example.com') return { kind: 'too_many_tries' };
    if (password !== 'right') return { kind: 'refused' };
    return { kind: 'signed_in', setCookies: [`${SESSION_COOKIE}; Path=/; HttpOnly`, 'other=1; Path=/'] };
  },
  async signOut() {
    return { setCookies: ['__Secure-comptoir.session_token=; Max-Age=0; Path=/'] };
  },
  async current(headers) {
    if (!headers.get('cookie')?.includes(SESSION_COOKIE)) return undefined;
    return { id: 'staff-1', name: 'Léa', email: 'lea@example.com', role: 'staff', sessionId: 'session-1' };
  },
  async confirmSignIn() {
    throw new Error('confirmSignIn was not expected to be called');
  },
  async confirmPassword() {
    return 'confirmed';
  },
  async mayTry() {
    return true;
  },
  ownAccountIn() {
    throw new Error('ownAccountIn was not expected to be called');
  },
  async hashPassword() {
    throw new Error('hashPassword was not expected to be called');
  },
};

/** The same person, as the shop's manager. */
export const managerAccounts: StaffAccounts = {
  ...stubAccounts,
  async current(headers) {
    const staff = await stubAccounts.current(headers);
    return staff && { ...staff, role: 'manager' };
  },
};

export type LogLine = { level: string; message: string; fields: Record<string, unknown> };

const about = new AsyncLocalStorage<object>();

function recordingLog(lines: LogLine[], bound: object = {}): Log {
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...about.getStore(), ...bound, ...fields } });
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => recordingLog(lines, { ...bound, ...fields }),
    within: (fields, act) => about.run({ ...about.getStore(), ...fields }, act),
  };
}

const unexpected = (name: string) => async (): Promise<never> => {
  throw new Error(`${name} was not expected to be called`);
};

function stubNeeds(log: Log): AppNeeds {
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
    askForReset: unexpected('askForReset'),
    showStaffLink: unexpected('showStaffLink'),
    followStaffLink: unexpected('followStaffLink'),
    countConcerns: async () => noConcerns,
    showConcerns: unexpected('showConcerns'),
    sendMessagesAgain: unexpected('sendMessagesAgain'),
    settleMessage: unexpected('settleMessage'),
    replayGivenUpEvents: unexpected('replayGivenUpEvents'),
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

/** Every route of the app: its pattern, once for each method it answers to. */
export function allRoutes(): { method: string; path: string }[] {
  const { stack } = createApp(stubNeeds(recordingLog([]))).router as unknown as {
    stack: { route?: { path: string; methods: Record<string, boolean> } }[];
  };
  return stack.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {}).flatMap((method) =>
      (method === '_all' ? ['get', 'post'] : [method]).map((each) => ({ method: each, path: route?.path ?? '' })),
    ),
  );
}

/** The patterns that answer to GET. */
export const routesOf = (): string[] =>
  allRoutes()
    .filter(({ method }) => method === 'get')
    .map(({ path }) => path);

/** The app over real HTTP, with `given` in place of stubs that fail when called. Close it when done. */
export async function startWeb(given: Partial<AppNeeds> = {}, port = 0) {
  const lines: LogLine[] = [];
  const app = createApp({ ...stubNeeds(recordingLog(lines)), ...given });
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(port, '127.0.0.1', () => resolve(listening));
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    lines,
    /** Redirects are answers to look at, not to follow. */
    fetch: (path: string, init: RequestInit = {}) => fetch(address + path, { redirect: 'manual', ...init }),
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
export type Web = Awaited<ReturnType<typeof startWeb>>;

/** Runs `use` against the app and closes it whatever happens. */
export async function withWeb(given: Partial<AppNeeds>, use: (web: Web) => Promise<void>): Promise<void> {
  const web = await startWeb(given);
  try {
    await use(web);
  } finally {
    await web.close();
  }
}

/** A POST as Twilio makes it: signed for the public address, whatever address it really goes to. */
export function twilioPost(path: string, fields: Record<string, string>, token = TWILIO_TOKEN): RequestInit {
  const signature = twilio.getExpectedTwilioSignature(token, PUBLIC_URL + path, fields);
  return { method: 'POST', body: new URLSearchParams(fields), headers: { 'x-twilio-signature': signature } };
}
