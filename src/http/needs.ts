import type { ConcernCounts } from '../domain/concern.ts';
import type { Locale } from '../domain/locale.ts';
import type { ShopNumber } from '../domain/numbers.ts';
import type { PickupCode } from '../domain/pickup.ts';
import type { Shop } from '../domain/shop.ts';
import type { StaffRole } from '../domain/staff-role.ts';
import type { Sweeps } from '../domain/sweep.ts';
import type { CancelResult } from '../flows/cancel-order.ts';
import type { OwnAccountView, PasswordChange, PasswordChanged, Refused } from '../flows/change-own-account.ts';
import type { SettingsResult, SettingsShown, SettingsWish } from '../flows/change-settings.ts';
import type { CollectResult, PickupView } from '../flows/confirm-pickup.ts';
import type { SlotResult, StockDeedResult, StockWish } from '../flows/correct-stock.ts';
import type { AddResult, EditResult, NewProduct, Picture, PictureResult, ProductFacts } from '../flows/edit-product.ts';
import type { ExportedOrder } from '../flows/export-orders.ts';
import type { FollowResult, StaffLink } from '../flows/follow-staff-link.ts';
import type { GivenData } from '../flows/give-personal-data.ts';
import type { ImportShown, StartResult } from '../flows/import-in-browser.ts';
import type { InviteResult, LinkMade } from '../flows/invite-staff.ts';
import type { PickupPlace, PlaceFacts, PlaceResult } from '../flows/manage-places.ts';
import type { Team, TeamChange } from '../flows/manage-team.ts';
import type { ReadyResult } from '../flows/mark-ready.ts';
import type { PaymentLink } from '../flows/offer-payment-link.ts';
import type { ReceivedMessage } from '../flows/receive-message.ts';
import type { DeliveryReport } from '../flows/record-delivery.ts';
import type { RefundResult, RefundWish } from '../flows/refund-order.ts';
import type { ReleaseResult, ReviewRelease } from '../flows/release-review.ts';
import type { SendAgainResult } from '../flows/send-again.ts';
import type { AuditView, AuditWish } from '../flows/show-audit.ts';
import type { CataloguePage, CatalogueWish, CounterPreview, ProductDetail } from '../flows/show-catalogue.ts';
import type { Concerns } from '../flows/show-concerns.ts';
import type {
  ConversationList,
  ConversationPage,
  ConversationWish,
  MessageCursor,
} from '../flows/show-conversations.ts';
import type { KeptEvent, MoneyOverview } from '../flows/show-money.ts';
import type { NumbersShown, NumbersWish } from '../flows/show-numbers.ts';
import type { OrderToPick, PickList } from '../flows/show-pick-list.ts';
import type { OrderDetail, OrderFilter, OrderPage, OrderWish } from '../flows/show-staff-orders.ts';
import type {
  Answer,
  AnswerResult,
  InviteBackResult,
  ReturnResult,
  TakeOverResult,
  TakeOverWish,
} from '../flows/take-over.ts';
import type { SessionStatus } from '../flows/verify-session.ts';
import type {
  Clock,
  Log,
  MessengerWebhook,
  Meter,
  OwnAccount,
  QrCode,
  SignedIn,
  StaffAccounts,
  StaffIdentity,
  Tracer,
  VerifiedEvent,
} from '../ports.ts';
import type { LiveNeeds } from './live-streams.ts';
import type { Badge } from './staff/badge.ts';

export type { Shop };

/** What somebody logged in sees and changes of their own account (flows/change-own-account.ts). */
export type OwnAccountNeeds = {
  show(staffId: string): Promise<OwnAccountView>;
  rename(input: { staffId: string; name: string }): Promise<void>;
  signOutEverywhere(staffId: string): Promise<void>;
  signOutOthers(which: { staffId: string; keptId: string; onlyId?: string }): Promise<void>;
  changePassword(input: PasswordChange): Promise<PasswordChanged>;
  startSecondFactor(given: { password: string; headers: Headers }): ReturnType<OwnAccount['startSecondFactor']>;
  confirmSecondFactor(input: { staffId: string; code: string; headers: Headers }): Promise<SignedIn | Refused>;
  stopSecondFactor(input: { staffId: string; password: string; headers: Headers }): Promise<SignedIn | Refused>;
};

/** What managers change of the shop itself (flows/change-settings.ts, flows/manage-places.ts). */
export type SettingsNeeds = {
  show(): Promise<SettingsShown>;
  change(wish: { change: SettingsWish; seenVersion: number; staffId: string }): Promise<SettingsResult>;
  /** What a customer would read; without `ownText` our own words. */
  previewReminder(wish: { locale: Locale; ownText?: string | undefined }): string;
  showPlaces(): Promise<PickupPlace[]>;
  addPlace(wish: { facts: PlaceFacts; staffId: string }): Promise<PlaceResult>;
  editPlace(wish: { placeId: string; facts: PlaceFacts; staffId: string }): Promise<PlaceResult>;
  openOrClosePlace(wish: { placeId: string; active: boolean; staffId: string }): Promise<PlaceResult>;
};

/** Everything the web asks of the rest, as plain functions: bind-web.ts binds them, tests pass their own. */
export type AppNeeds = {
  /** The address vendors and customers use, e.g. https://shop.example; signatures are checked against it. */
  publicUrl: string;
  cronSecret: string;
  /** Keys the tokens in staff forms. */
  csrfSecret: string;
  shop: Shop;
  log: Log;
  meter: Meter;
  tracer: Tracer;
  clock: Clock;
  webhook: MessengerWebhook;
  accounts: StaffAccounts;
  confirmSignIn: StaffAccounts['confirmSignIn'];
  qr: QrCode;

  receiveMessage(fields: Record<string, string>): Promise<ReceivedMessage>;
  recordDelivery(report: DeliveryReport): Promise<void>;

  verifyPaymentEvent(rawBody: Buffer, signature: string): VerifiedEvent | undefined;
  receivePaymentEvent(event: VerifiedEvent): Promise<'stored' | 'duplicate'>;
  verifySession(sessionId: string): Promise<SessionStatus>;
  paymentLinkFor(orderId: string): Promise<PaymentLink>;

  showPickup(code: PickupCode): Promise<PickupView | undefined>;
  collectPickup(request: { code: PickupCode; staff: StaffIdentity }): Promise<CollectResult>;
  markReady(wish: { orderId: string; staffId: string }): Promise<ReadyResult>;
  sendAgain(wish: { orderId: string; staffId: string; formKey: string }): Promise<SendAgainResult>;
  cancelAsStaff(wish: { orderId: string; staffId: string }): Promise<CancelResult>;
  noteOrder(wish: { orderId: string; staffId: string; note: string }): Promise<{ kind: 'noted' | 'empty' | 'unknown' }>;
  /** Where orders are fetched, by name. */
  listCounters(): Promise<{ id: string; name: string }[]>;
  /** False for an unknown or expired token. */
  pickupQrIsServed(token: string): Promise<boolean>;

  listConversations(wish: ConversationWish): Promise<ConversationList>;
  /** `withTurns`: with what the bot did and what that cost, which is for managers. */
  showConversation(input: {
    conversationId: string;
    before?: MessageCursor;
    withTurns: boolean;
  }): Promise<ConversationPage | undefined>;
  inviteBack(wish: TakeOverWish & { formKey: string }): Promise<InviteBackResult>;
  takeOver(wish: TakeOverWish): Promise<TakeOverResult>;
  answerCustomer(answer: Answer): Promise<AnswerResult>;
  live: LiveNeeds;
  returnToBot(wish: TakeOverWish): Promise<ReturnResult>;

  listOrders(wish: OrderWish): Promise<OrderPage>;
  exportOrders(wish: { filter: OrderFilter; staffId: string }): AsyncIterable<ExportedOrder>;
  showPickList(filter: OrderFilter): Promise<PickList>;
  showSlip(orderId: string): Promise<OrderToPick | undefined>;
  showOrder(orderId: string): Promise<OrderDetail | undefined>;
  refundOrder(wish: RefundWish): Promise<RefundResult>;
  releaseReview(release: ReviewRelease): Promise<ReleaseResult>;
  showTeam(): Promise<Team>;
  changeRole(wish: { memberId: string; role: StaffRole; by: string }): Promise<TeamChange>;
  removeStaff(wish: { memberId: string; by: string }): Promise<TeamChange>;
  inviteStaff(
    invite: { email: string; name: string; role: StaffRole } & { by: string; locale: Locale },
  ): Promise<InviteResult>;
  withdrawInvite(wish: { email: string; by: string }): Promise<{ kind: 'changed' | 'unknown' | 'not_a_manager' }>;
  makeResetLink(wish: {
    memberId: string;
    by: string;
    locale: Locale;
  }): Promise<LinkMade | { kind: 'unknown' | 'not_a_manager' }>;
  stopSecondFactorOf(wish: { memberId: string; by: string }): Promise<TeamChange>;
  /** Begins it and comes back at once: how long it takes tells nobody who works here. Null where no mail is configured. */
  askForReset: ((wish: { email: string; locale: Locale }) => void) | null;
  showStaffLink(token: string): Promise<StaffLink | undefined>;
  followStaffLink(input: { token: string; name: string; password: string }): Promise<FollowResult>;

  ownAccount: OwnAccountNeeds;
  settings: SettingsNeeds;
  showAudit(wish: AuditWish): Promise<AuditView>;

  countConcerns(): Promise<ConcernCounts>;
  showConcerns(wish: { role: StaffRole }): Promise<Concerns>;
  /** The id of one, or `all` that are on the list; answers how many are sent. */
  sendMessagesAgain(wish: { id: string | 'all'; by: string }): Promise<number>;
  settleMessage(wish: { id: string; by: string }): Promise<boolean>;
  replayGivenUpEvents(wish: { by: string }): Promise<number>;
  settlePaymentEvent(wish: { id: string; by: string }): Promise<boolean>;
  sendNotificationAgain(wish: { id: string; by: string }): Promise<boolean>;
  settleNotification(wish: { id: string; by: string }): Promise<boolean>;
  showMoney(): Promise<MoneyOverview>;
  showNumbers(wish: NumbersWish): Promise<NumbersShown>;
  exportNumbers(wish: NumbersWish): Promise<(ShopNumber & { name: string | null })[]>;
  showPaymentEvent(eventId: string): Promise<KeptEvent | undefined>;
  replayPaymentEvent(replay: { eventId: string; by: string }): Promise<boolean>;

  showCatalogue(wish: CatalogueWish): Promise<CataloguePage>;
  showProduct(productId: string): Promise<ProductDetail | undefined>;
  /** What a customer typing `words` would be shown. */
  previewCounter(wish: { words: string; productId?: string }): Promise<CounterPreview>;
  editProduct(wish: { productId: string; seenAt: Date; facts: ProductFacts; staffId: string }): Promise<EditResult>;
  addProduct(wish: { product: NewProduct; staffId: string }): Promise<AddResult>;
  pictureProduct(wish: { productId: string; bytes: Uint8Array<ArrayBuffer>; staffId: string }): Promise<PictureResult>;
  /** A picture that was uploaded, by the SHA-256 of its bytes in hex. */
  givePersonalData(token: string): Promise<GivenData | undefined>;
  showPicture(hash: string): Promise<Picture | undefined>;
  correctStock(wish: StockWish): Promise<StockDeedResult>;
  changeSlot(wish: {
    productId: string;
    locationId: string;
    slot: string | null;
    staffId: string;
  }): Promise<SlotResult>;

  startImport(file: { fileName: string; bytes: Uint8Array<ArrayBuffer>; staffId: string }): Promise<StartResult>;
  showImport(importId: string): Promise<ImportShown | undefined>;
  answerImport(answer: { importId: string; yes: boolean; staffId: string }): Promise<boolean>;

  sweeps: Sweeps;
  isReady(): Promise<{ ok: boolean; checks: Record<string, string> }>;
  metrics(): Promise<{ contentType: string; body: string }>;
};

/** What routes are given: the same, and what this process keeps between requests. */
export type WebNeeds = AppNeeds & { badge: Badge };
