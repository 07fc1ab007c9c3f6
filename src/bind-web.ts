import type { ComposeOptions, Parts } from './compose.ts';
import { listLocations } from './db/catalogue.ts';
import { createLiveChanges } from './db/live-changes.ts';
import { describeError } from './domain/errors.ts';
import type { Sweeps } from './domain/sweep.ts';
import { createAside } from './flows/begin-aside.ts';
import { cancelAsStaff } from './flows/cancel-order.ts';
import {
  changeMyPassword,
  confirmMySecondFactor,
  renameMyself,
  showOwnAccount,
  signOutEverywhere,
  signOutOthers,
  startMySecondFactor,
  stopMySecondFactor,
} from './flows/change-own-account.ts';
import { changeSettings, showSettings } from './flows/change-settings.ts';
import { collectPickup, pickupQrIsServed, showPickup } from './flows/confirm-pickup.ts';
import { confirmSignIn } from './flows/confirm-sign-in.ts';
import { changeSlot, correctStock } from './flows/correct-stock.ts';
import { addProduct, editProduct, pictureProduct, showPicture } from './flows/edit-product.ts';
import { exportOrders } from './flows/export-orders.ts';
import { followStaffLink, showStaffLink } from './flows/follow-staff-link.ts';
import { givePersonalData } from './flows/give-personal-data.ts';
import { answerImport, showImport, startImport } from './flows/import-in-browser.ts';
import { askForReset, inviteStaff, makeResetLink, withdrawInvite } from './flows/invite-staff.ts';
import { addPlace, editPlace, openOrClosePlace, showPlaces } from './flows/manage-places.ts';
import { changeRole, removeStaff, showTeam, stopSecondFactorOf } from './flows/manage-team.ts';
import { markReady } from './flows/mark-ready.ts';
import { noteOrder } from './flows/note-order.ts';
import { offerPaymentLink } from './flows/offer-payment-link.ts';
import { previewReminder } from './flows/preview-reminder.ts';
import { receiveMessage } from './flows/receive-message.ts';
import { receivePaymentEvent } from './flows/receive-payment-event.ts';
import { recordDelivery } from './flows/record-delivery.ts';
import { refundOrder } from './flows/refund-order.ts';
import { releaseReview } from './flows/release-review.ts';
import { sendAgain } from './flows/send-again.ts';
import { showAudit } from './flows/show-audit.ts';
import { previewCounter, showCatalogue, showProduct } from './flows/show-catalogue.ts';
import { countOpenConcerns, showConcerns } from './flows/show-concerns.ts';
import { showConversation, showConversations } from './flows/show-conversations.ts';
import { showMoney, showPaymentEvent } from './flows/show-money.ts';
import { exportNumbers, showNumbers } from './flows/show-numbers.ts';
import { showPickList, showSlip } from './flows/show-pick-list.ts';
import { showStaffOrder, showStaffOrders } from './flows/show-staff-orders.ts';
import { answerCustomer, inviteBack, returnToBot, takeOver } from './flows/take-over.ts';
import {
  replayGivenUpEvents,
  replayPaymentEvent,
  sendMessagesAgain,
  sendNotificationAgain,
  settleMessage,
  settleNotification,
  settlePaymentEvent,
} from './flows/try-again.ts';
import { verifySession } from './flows/verify-session.ts';
import { checkReadiness, watchShop } from './flows/watch-shop.ts';
import type { AppNeeds } from './http/needs.ts';
import { shopMeasurements } from './shop-measurements.ts';
import { createMetrics, type Metrics } from './vendors/metrics.ts';
import { createQrCode } from './vendors/qr.ts';

/** Proxies close what is silent for a minute or less; a session that ended elsewhere is noticed as late as this. */
const LIVE_HEARTBEAT_MS = 15_000;

type Options = Pick<ComposeOptions, 'cronSecret'>;

type BoundWeb = { needs: AppNeeds; processMetrics: Metrics['processPage']; stop(): Promise<void> };

/** What the web asks for, bound to flows. `stop` ends the measuring of this process, and waits for work begun aside. */
export function bindWeb(parts: Parts, sweeps: Sweeps, options: Options): BoundWeb {
  const { publicUrl, sessionSecret, shop, log, tracer, clock, accounts, payments, clockwork } = parts;
  const { pingMongodb } = clockwork;
  const metrics = createMetrics(parts.counted, async () => shopMeasurements(await watchShop(parts)));
  const live = createLiveChanges(parts.directDatabaseUrl, (error) =>
    log.warn({ error: describeError(error) }, 'LISTEN connection lost, open pages read again when it is back'),
  );
  const aside = createAside(log);
  const needs: AppNeeds = {
    publicUrl,
    cronSecret: options.cronSecret,
    csrfSecret: sessionSecret,
    shop,
    ...{ log, tracer, meter: parts.meter, clock, accounts, sweeps },
    confirmSignIn: (given) => confirmSignIn(parts, given),
    webhook: parts.webhook,
    qr: createQrCode(),
    receiveMessage: (fields) => receiveMessage(parts, fields),
    recordDelivery: (report) => recordDelivery(parts, report),
    verifyPaymentEvent: (rawBody, signature) => payments.verifyEvent(rawBody, signature),
    receivePaymentEvent: (event) => receivePaymentEvent(parts, event),
    verifySession: (sessionId) => verifySession(parts, sessionId),
    paymentLinkFor: (orderId) => offerPaymentLink(parts, orderId),
    showPickup: (code) => showPickup(parts, code),
    markReady: (wish) => markReady(parts, wish),
    sendAgain: (wish) => sendAgain(parts, wish),
    cancelAsStaff: (wish) => cancelAsStaff(parts, wish),
    noteOrder: (wish) => noteOrder(parts, wish),
    listCounters: () => listLocations(parts.db),
    collectPickup: (request) => collectPickup(parts, request),
    pickupQrIsServed: (token) => pickupQrIsServed(parts, token),
    listConversations: (wish) => showConversations(parts, wish),
    showConversation: (input) => showConversation(parts, input),
    takeOver: (wish) => takeOver(parts, wish),
    answerCustomer: (answer) => answerCustomer(parts, answer),
    live: { subscribe: live.subscribe, heartbeatMs: LIVE_HEARTBEAT_MS },
    inviteBack: (wish) => inviteBack(parts, wish),
    returnToBot: (wish) => returnToBot(parts, wish),
    listOrders: (wish) => showStaffOrders(parts, wish),
    exportOrders: (wish) => exportOrders(parts, wish),
    showPickList: (filter) => showPickList(parts, filter),
    showSlip: (orderId) => showSlip(parts, orderId),
    showOrder: (orderId) => showStaffOrder(parts, orderId),
    refundOrder: (wish) => refundOrder(parts, wish),
    releaseReview: (release) => releaseReview(parts, release),
    showTeam: () => showTeam(parts),
    changeRole: (wish) => changeRole(parts, wish),
    removeStaff: (wish) => removeStaff(parts, wish),
    inviteStaff: (invite) => inviteStaff(parts, invite),
    withdrawInvite: (wish) => withdrawInvite(parts, wish),
    makeResetLink: (wish) => makeResetLink(parts, wish),
    stopSecondFactorOf: (wish) => stopSecondFactorOf(parts, wish),
    ownAccount: {
      show: (staffId) => showOwnAccount(parts, staffId),
      rename: (input) => renameMyself(parts, input),
      signOutEverywhere: (staffId) => signOutEverywhere(parts, staffId),
      signOutOthers: (which) => signOutOthers(parts, which),
      changePassword: (input) => changeMyPassword(parts, input),
      startSecondFactor: (given) => startMySecondFactor(parts, given),
      confirmSecondFactor: (input) => confirmMySecondFactor(parts, input),
      stopSecondFactor: (input) => stopMySecondFactor(parts, input),
    },
    settings: {
      show: () => showSettings(parts),
      change: (wish) => changeSettings(parts, wish),
      previewReminder: (wish) => previewReminder(parts, wish),
      showPlaces: () => showPlaces(parts),
      addPlace: (wish) => addPlace(parts, wish),
      editPlace: (wish) => editPlace(parts, wish),
      openOrClosePlace: (wish) => openOrClosePlace(parts, wish),
    },
    showAudit: (wish) => showAudit(parts, wish),
    askForReset: parts.mailer && ((wish) => aside.begin('a link for a new password', () => askForReset(parts, wish))),
    showStaffLink: (token) => showStaffLink(parts, token),
    followStaffLink: (input) => followStaffLink(parts, input),
    countConcerns: () => countOpenConcerns(parts),
    showConcerns: (wish) => showConcerns(parts, wish),
    sendMessagesAgain: (wish) => sendMessagesAgain(parts, wish),
    settleMessage: (wish) => settleMessage(parts, wish),
    replayGivenUpEvents: (wish) => replayGivenUpEvents(parts, wish),
    settlePaymentEvent: (wish) => settlePaymentEvent(parts, wish),
    sendNotificationAgain: (wish) => sendNotificationAgain(parts, wish),
    settleNotification: (wish) => settleNotification(parts, wish),
    showMoney: () => showMoney(parts),
    showNumbers: (wish) => showNumbers(parts, wish),
    exportNumbers: (wish) => exportNumbers(parts, wish),
    showPaymentEvent: (eventId) => showPaymentEvent(parts, eventId),
    replayPaymentEvent: (replay) => replayPaymentEvent(parts, replay),
    showCatalogue: (wish) => showCatalogue(parts, wish),
    showProduct: (productId) => showProduct(parts, productId),
    previewCounter: (wish) => previewCounter(parts, wish),
    editProduct: (wish) => editProduct(parts, wish),
    addProduct: (wish) => addProduct(parts, wish),
    pictureProduct: (wish) => pictureProduct(parts, wish),
    givePersonalData: (token) => givePersonalData(parts, token),
    showPicture: (hash) => showPicture(parts, hash),
    correctStock: (wish) => correctStock(parts, wish),
    changeSlot: (wish) => changeSlot(parts, wish),
    startImport: (file) => startImport(parts, file),
    showImport: (importId) => showImport(parts, importId),
    answerImport: (answer) => answerImport(parts, answer),
    isReady: () => checkReadiness({ ...parts, ...(pingMongodb && { pingMongodb }) }),
    metrics: () => metrics.page(),
  };
  return {
    needs,
    processMetrics: metrics.processPage,
    async stop() {
      metrics.stop();
      await live.stop();
      await aside.isOver();
    },
  };
}
