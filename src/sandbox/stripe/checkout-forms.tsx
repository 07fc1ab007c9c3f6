import type { VNode } from 'preact';
import type Stripe from 'stripe';
import { emailOf, isFree } from './checkout.ts';
import { type CheckoutTexts, money } from './checkout-texts.ts';
import type { StoredSession } from './session-object.ts';

/** What one POST to the page can ask for. */
export const OUTCOMES = [
  'pay',
  'decline',
  'three_ds',
  'three_ds_complete',
  'three_ds_fail',
  'leave',
  'pay_later',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the page shows; `isEmailInvalid` after an address that is none was sent. */
export type CheckoutView = { stored: StoredSession; intent: Stripe.PaymentIntent | null; isEmailInvalid?: boolean };
type Shown = { view: CheckoutView; texts: CheckoutTexts; language: string };

/** The page's changing part: what became of the session, the bank's question, or the ways to pay. */
export function State({ view, texts, language }: Shown): VNode {
  const { session } = view.stored;
  if (session.status === 'expired') {
    return (
      <p class="notice" role="status">
        <b>{texts.expired}</b> {texts.expiredHint}
      </p>
    );
  }
  if (session.status === 'complete') {
    return (
      <p class="notice" role="status">
        {completed(session, texts)}
      </p>
    );
  }
  if (view.intent?.status === 'requires_action') return <Challenge sessionId={session.id} texts={texts} />;
  return <Pay view={view} texts={texts} language={language} />;
}

function completed({ payment_status }: Stripe.Checkout.Session, texts: CheckoutTexts): string {
  if (payment_status === 'no_payment_required') return texts.confirmed;
  return payment_status === 'paid' ? texts.paid : texts.awaiting;
}

function Pay({ view, texts, language }: Shown): VNode {
  const { session } = view.stored;
  const error = view.intent?.last_payment_error;
  return (
    <form method="post" action={`/sandbox/checkout/${session.id}`}>
      {error && (
        <p class="error" role="alert">
          {error.code === 'card_declined' ? texts.declined : texts.notAuthenticated}
        </p>
      )}
      <Email view={view} texts={texts} />
      {isFree(view.stored) ? (
        <>
          <p class="hint">{texts.free}</p>
          <Choice outcome="pay" label={texts.confirmFree} primary />
        </>
      ) : (
        <Cards texts={texts} total={money(session.amount_total ?? 0, session.currency ?? 'eur', language)} />
      )}
      <button type="submit" name="outcome" value="leave" class="link" formnovalidate>
        {texts.leave}
      </button>
    </form>
  );
}

/** Like Stripe's page: an address the shop sent is shown and cannot be changed. */
function Email({ view: { stored, isEmailInvalid }, texts }: { view: CheckoutView; texts: CheckoutTexts }): VNode {
  return (
    <label>
      {texts.email}
      <input
        type="email"
        name="email"
        autocomplete="email"
        value={emailOf(stored) ?? ''}
        readonly={stored.session.customer_email !== null}
        aria-invalid={isEmailInvalid ? 'true' : undefined}
        aria-describedby={isEmailInvalid ? 'email-error' : undefined}
      />
      {isEmailInvalid && (
        <span class="error" id="email-error" role="alert">
          {texts.emailInvalid}
        </span>
      )}
    </label>
  );
}

function Cards({ texts, total }: { texts: CheckoutTexts; total: string }): VNode {
  return (
    <>
      <Choice outcome="pay" label={`${texts.pay} ${total}`} hint={texts.payHint} primary />
      <Choice outcome="three_ds" label={texts.threeDs} hint={texts.threeDsHint} />
      <Choice outcome="decline" label={texts.decline} hint={texts.declineHint} />
      <Choice outcome="pay_later" label={texts.payLater} hint={texts.payLaterHint} />
    </>
  );
}

function Challenge({ sessionId, texts }: { sessionId: string; texts: CheckoutTexts }): VNode {
  return (
    <form method="post" action={`/sandbox/checkout/${sessionId}`}>
      <h1>3-D Secure</h1>
      <p class="notice">{texts.challenge}</p>
      <Choice outcome="three_ds_complete" label={texts.complete} primary />
      <Choice outcome="three_ds_fail" label={texts.fail} />
    </form>
  );
}

type ChoiceProps = { outcome: Outcome; label: string; hint?: string; primary?: boolean };

function Choice({ outcome, label, hint, primary = false }: ChoiceProps): VNode {
  return (
    <button type="submit" name="outcome" value={outcome} class={primary ? 'primary' : 'secondary'}>
      {label}
      {hint && <small>{hint}</small>}
    </button>
  );
}
