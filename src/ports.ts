import type { Locale } from './domain/locale.ts';
import type { CountName, LabelsOf, TimeName } from './domain/measures.ts';
import type { MediaPurpose } from './domain/media.ts';
import type { ModelUsage } from './domain/model-cost.ts';
import type { Button, ListItem, SENT_FORMS, TemplateKey } from './domain/outbound-message.ts';
import type { CheckoutSession } from './domain/payment.ts';
import type { StaffRole } from './domain/staff-role.ts';

export type { StaffRole };

/** What we need from outside, as types. vendors/ implements them, compose.ts binds them, tests point them elsewhere. */

/** Business time. Leases and retries do not use it: they run on PostgreSQL's clock. */
export type Clock = { now(): Date };

// ---------------------------------------------------------------- WhatsApp

/** `to` is a channel address (whatsapp:+590690000001), of an SMS a phone number (+590690000001). Twilio posts delivery states to `statusCallbackUrl`. */
export type OutgoingMessage = { to: string; statusCallbackUrl: string } & (
  | {
      form: 'session';
      locale: Locale;
      body: string;
      mediaUrl?: string;
      buttons?: Button[];
      list?: { button: string; items: ListItem[] };
    }
  | { form: 'template'; contentSid: string; variables: Record<string, string> }
  | { form: 'sms'; body: string }
);
export type SentForm = (typeof SENT_FORMS)[number];

export type Messenger = {
  /**
   * Hands a message to the channel. Throws AppError: `retryable` for rate limits and 5xx, `ambiguous` when it may have
   * left all the same (timeout, connection lost after sending), `vendorCode` Twilio's error code.
   */
  send(message: OutgoingMessage): Promise<{ sid: string; sentAs: SentForm }>;
  /**
   * SIDs of messages to `to`, made since then, that read like one of `forms`: settles an ambiguous send. Several when the
   * same words went out more than once.
   */
  findSent(query: { to: string; forms: OutgoingMessage[]; since: Date }): Promise<string[]>;
  /** Marks the customer's message as read and shows "typing…". Best effort: never throws. */
  showTyping(inboundMessageSid: string): Promise<void>;
};

/** Twilio signs over the public URL and every form field (platform-facts). */
export type MessengerWebhook = {
  isGenuine(request: { signature: string; url: string; fields: Record<string, string> }): boolean;
};

/** A customer's file, in memory only: never written, never served. */
export type MediaFile = { contentType: string; bytes: Buffer };
export type InboundMedia = {
  /**
   * Fetches a file a customer sent, from the address Twilio gave. Throws AppError: `media_too_large`, `media_refused` (another
   * address, another type), `media_unavailable` (retryable).
   */
  fetch(address: string, purpose: MediaPurpose): Promise<MediaFile>;
};

export type TemplateDefinition = {
  key: TemplateKey;
  locale: Locale;
  name: string;
  body: string;
  examples: string[];
  mediaUrl?: string;
  /** Quick replies; not beside a picture. */
  buttons?: Button[];
};
export type TemplateRegistry = {
  /** Creates the Content template and submits it to WhatsApp for approval (category UTILITY). */
  submit(template: TemplateDefinition): Promise<{ contentSid: string; approval: string }>;
  approvalOf(contentSid: string): Promise<string>;
};

// ---------------------------------------------------------------- payments

export type CheckoutLine = { label: string; unitPriceMinor: number; quantity: number };
export type CheckoutRequest = {
  orderId: string;
  /** Which attempt this is: whatever Stripe says of its payment names it (fault 12). */
  attemptId: string;
  orderNumber: string;
  customerId: string;
  lines: CheckoutLine[];
  currency: string;
  locale: Locale;
  expiresAt: Date;
  /** The customer's email if known: pre-fills the page. */
  email: string | null;
};
/** Exactly what is sent to Stripe, as JSON: stored before the call and resent byte for byte (fault 20). */
export type CheckoutParams = Record<string, unknown>;

export type StripeRefund = {
  id: string;
  /** The refunds row it was asked for by; null for one made in Stripe's Dashboard. */
  refundId: string | null;
  /** orderId in its metadata, or its payment intent's where a list of a period brings that; else null. */
  orderId: string | null;
  paymentIntentId: string | null;
  amountMinor: number;
  currency: string;
  status: string;
  reason: string | null;
  createdAt: Date;
};
export type StripeDispute = {
  id: string;
  paymentIntentId: string | null;
  amountMinor: number;
  currency: string;
  status: string;
  reason: string;
  dueBy: Date | null;
  /** Whether Stripe has taken the money from our balance, and not given it back. */
  fundsWithdrawn: boolean;
};
/** https://docs.stripe.com/api/radar/early_fraud_warnings: the card's issuer suspects fraud. */
export type StripeFraudWarning = { id: string; paymentIntentId: string | null; actionable: boolean; fraudType: string };
/** Money Stripe took, by card or otherwise. */
export type StripeCharge = {
  id: string;
  paymentIntentId: string | null;
  /** orderId in its metadata; null for money that is not an order's of ours. */
  orderId: string | null;
  amountMinor: number;
  currency: string;
  createdAt: Date;
};
/** From `from` until just before `until`, by Stripe's clock. */
export type Period = { from: Date; until: Date };

export type VerifiedEvent = {
  id: string;
  type: string;
  livemode: boolean;
  /** Set when it is about another account that is connected to ours. */
  account: string | null;
  /** When Stripe made it, if it says so. */
  happenedAt: Date | null;
  /** The object the event is about: a hint where to look, never a fact to act on. */
  objectId: string;
  /** orderId and attemptId from the object's metadata, when it carries them. */
  orderId: string | null;
  attemptId: string | null;
  /** payment_intent the object belongs to (or is). */
  paymentIntentId: string | null;
  /** The whole of it as Stripe sent it. */
  json: string;
};

export type Payments = {
  livemode: boolean;
  /** Pure: the same request always gives the same parameters. */
  checkoutParams(request: CheckoutRequest): CheckoutParams;
  createCheckoutSession(params: CheckoutParams, idempotencyKey: string): Promise<CheckoutSession>;
  retrieveCheckoutSession(sessionId: string): Promise<CheckoutSession>;
  /** The session's state after asking Stripe to expire it: already expired is fine, complete comes back as complete. */
  expireCheckoutSession(sessionId: string): Promise<CheckoutSession>;
  /** The last failure Stripe saw on a payment intent: the bank's decline code if there is one, else Stripe's error code. */
  lastPaymentError(paymentIntentId: string): Promise<{ code: string | null; status: string }>;
  /** orderId in a payment intent's metadata; null when it is not an order's of ours. */
  orderOfPaymentIntent(paymentIntentId: string): Promise<string | null>;
  /** `refundId` is our row's: Stripe keeps it, so that webhook and answer find the same row whichever comes first. */
  refund(
    request: { refundId: string; paymentIntentId: string; amountMinor: number; orderId: string },
    idempotencyKey: string,
  ): Promise<StripeRefund>;
  retrieveRefund(refundId: string): Promise<StripeRefund>;
  listRefunds(of: { paymentIntentId: string } | Period): Promise<StripeRefund[]>;
  /** What was taken in that time or for that payment intent, failed tries left out. */
  listCharges(of: { paymentIntentId: string } | Period): Promise<StripeCharge[]>;
  retrieveDispute(disputeId: string): Promise<StripeDispute>;
  retrieveFraudWarning(warningId: string): Promise<StripeFraudWarning>;
  /** Events of the types handled, in no particular order; Stripe keeps them for 30 days. */
  listEvents(period: Period): AsyncIterable<VerifiedEvent>;
  /** Undefined when the signature is missing, wrong, stale or from the future. Verifies before parsing. */
  verifyEvent(rawBody: Buffer, signature: string): VerifiedEvent | undefined;
  /** Reads a stored payload again as verifyEvent gave it. */
  readEvent(payload: unknown): VerifiedEvent;
};

// ---------------------------------------------------------------- mail, the team's chat

export type Mail = {
  /** What the mail is about, as an id of ours: the same id makes the same Message-ID, however often it is sent. */
  id: string;
  to: readonly string[];
  subject: string;
  text: string;
  html?: string;
};
export type Mailer = {
  /**
   * Hands a mail to the mail server; answers how many of its addresses were refused while others were accepted. Throws
   * AppError: `retryable` for 4xx answers, a refused log-in and the network, not for what the server refuses for good.
   * May have left all the same when it throws (a connection lost after the last byte): the Message-ID tells.
   */
  send(mail: Mail): Promise<{ refusedAddresses: number }>;
};

export type TeamChat = {
  /** Throws AppError: `retryable` with `retryAfterSeconds` for a rate limit, retryable for 5xx and the network. */
  post(notice: { title: string; text: string }): Promise<void>;
};

// ---------------------------------------------------------------- model

export type ModelTool = { name: string; description: string; parameters: Record<string, unknown> };
/** One item of the Responses API's input, vendor-shaped but opaque to us except for what we make ourselves. */
export type ModelItem =
  /** `images` go with a user's words. */
  | { type: 'message'; role: 'user' | 'assistant' | 'developer'; content: string; images?: MediaFile[] }
  | { type: 'function_call_output'; call_id: string; output: string }
  | { type: 'output_item'; raw: unknown };
export type ModelReply = {
  text: string;
  toolCalls: { callId: string; name: string; argumentsJson: string }[];
  /** To be appended to the next request's input as they are. */
  outputItems: ModelItem[];
  usage: ModelUsage;
};
export type Model = {
  name: string;
  /**
   * One call, no longer than the configured timeout, no parallel tool calls. Throws AppError (retryable or not), at once
   * `model_rests` while it is left alone after failures.
   */
  respond(request: {
    instructions: string;
    tools: ModelTool[];
    input: ModelItem[];
    /** Stable, hashed: never a phone number. */
    safetyIdentifier: string;
    /** Fewer tokens for the answer: the day's budget is nearly spent. */
    isBrief?: boolean;
  }): Promise<ModelReply>;
};

export type Transcriber = {
  /** What is said in a voice note, in its own language; '' when nobody says anything. Throws AppError like Model. */
  transcribe(voice: MediaFile): Promise<string>;
};

// ---------------------------------------------------------------- time, people

export type Scheduler = {
  /** Wakes remind-unpaid for this order; a sweep stands behind it, so a lost wake-up is only late. */
  remindAt(orderId: string, at: Date): Promise<void>;
};

export type GuessablePasswords = {
  /** Whether somebody who tries what people take, and the `own` words of this person, would soon come by a password. */
  isGuessable(password: string, own: readonly string[]): Promise<boolean>;
};

export type StaffIdentity = { id: string; name: string; email: string; role: StaffRole };
/** Who is logged in, and in which of their sessions. */
export type StaffSession = StaffIdentity & { sessionId: string };
/** `setCookies` are complete Set-Cookie values to pass through. */
export type SignedIn = { kind: 'signed_in'; setCookies: string[] };
export type Confirmed = SignedIn & { staffId: string; by: 'app' | 'backup_code' };
export type SignInResult =
  | SignedIn
  /** The password is right; `confirmSignIn` wants a code within ten minutes. Nobody is signed in yet. */
  | { kind: 'second_factor'; setCookies: string[] }
  | { kind: 'refused' }
  | { kind: 'too_many_tries' };

export type StaffAccounts = {
  signIn(credentials: { email: string; password: string; headers: Headers }): Promise<SignInResult>;
  /** `code` of the app, or one of the backup codes; `start_again` when the ten minutes or the five tries are over. */
  confirmSignIn(given: {
    code: string;
    headers: Headers;
  }): Promise<Confirmed | { kind: 'refused' | 'too_many_tries' | 'start_again' }>;
  /**
   * The cookies by which a browser is known to an account, as it is after each log-in: who guesses at the account uses up none of
   * its tries. They open nothing.
   */
  rememberDevice(email: string): Promise<{ setCookies: string[] }>;
  signOut(headers: Headers): Promise<{ setCookies: string[] }>;
  current(headers: Headers): Promise<StaffSession | undefined>;
  /**
   * Counts one try in the database, for all processes; false when there were too many in a minute: of a password or code
   * by somebody logged in, of a link for a new password.
   */
  mayTry(what: 'own-account' | 'forgot', who: { email: string; headers: Headers }): Promise<boolean>;
  /** Whether somebody logged in knows their password: a session left open, or stolen, does not. Tries count as `own-account`. */
  confirmPassword(given: {
    email: string;
    password: string;
    headers: Headers;
  }): Promise<'confirmed' | 'wrong_password' | 'too_many_tries'>;
  /** As accounts keep it: slow on purpose. */
  hashPassword(password: string): Promise<string>;
  /** What somebody logged in changes of their own account, in a transaction of the caller's (Prisma's client of it). */
  ownAccountIn(tx: object): OwnAccount;
};

/** Each answers `refused` for a wrong password or code, and then has written nothing. */
export type OwnAccount = {
  /** Ends all other sessions; this one goes on under new cookies. */
  changePassword(given: { current: string; next: string; headers: Headers }): Promise<SignedIn | { kind: 'refused' }>;
  /** A secret for the app (as an otpauth: address) and backup codes: nothing asks for them before `confirm`. */
  startSecondFactor(given: {
    password: string;
    headers: Headers;
  }): Promise<{ kind: 'started'; uri: string; backupCodes: string[] } | { kind: 'refused' }>;
  confirmSecondFactor(given: { code: string; headers: Headers }): Promise<SignedIn | { kind: 'refused' }>;
  stopSecondFactor(given: { password: string; headers: Headers }): Promise<SignedIn | { kind: 'refused' }>;
};

export type QrCode = {
  png(text: string): Promise<Buffer>;
  /** The same code as the path of an SVG that is `size` units wide: for what must be in no address and no file. */
  path(text: string): { size: number; path: string };
};

/** What this process counts and times for /metrics (domain/measures.ts). Never throws, waits for nothing. */
export type Meter = {
  count<Name extends CountName>(name: Name, labels: LabelsOf<Name>): void;
  observe<Name extends TimeName>(name: Name, labels: LabelsOf<Name>, seconds: number): void;
};

/** Structured log; fields never hold texts, keys or full phone numbers. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
  /** Whatever is logged while `act` runs, by whomever it calls, carries the fields too: ids of what it is about. */
  within<T>(fields: object, act: () => T): T;
};

/** All a span may say: our ids, names that stand in our code, an answer's status. Never a person's data, a text, a URL. */
export type SpanAttributes = {
  requestId?: string;
  conversationId?: string;
  orderId?: string;
  outboundId?: string;
  eventId?: string;
  refundId?: string;
  notificationId?: string;
  job?: string;
  /** OpenTelemetry's own names, by which its tools find requests. */
  'http.request.method'?: string;
  /** The route's pattern, never the path. */
  'http.route'?: string;
  'http.response.status_code'?: number;
};
/** What is learned of a piece of work while it runs. */
export type Span = {
  rename(name: string): void;
  note(attributes: SpanAttributes): void;
  /** It came to nothing, for this machine-readable reason. */
  fail(type: string): void;
};
export type Tracer = {
  /** Whether spans go anywhere: what only feeds them may be spared where not. */
  isOn: boolean;
  /**
   * Times `act` as part of the span it is called in, across awaits; spans begun in it are its children. Throws what `act`
   * throws, marked by its code alone. `server`: it answers somebody else's request; `client`: it asks somebody else.
   */
  span<T>(
    what: { name: string; kind?: 'server' | 'client'; attributes?: SpanAttributes },
    act: (span: Span) => Promise<T>,
  ): Promise<T>;
};
