import type { ComponentChildren, VNode } from 'preact';
import { render } from 'preact-render-to-string';
import type Stripe from 'stripe';
import { CHECKOUT_TEXTS, type CheckoutLanguage, type CheckoutTexts, checkoutLanguage } from './checkout-texts.ts';
import type { StoredSession } from './session-params.ts';

export const CHECKOUT_STYLE_PATH = '/sandbox/checkout.css';

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

type View = { stored: StoredSession; intent: Stripe.PaymentIntent | null; merchant: string };

/** Stripe whole amounts: these currencies have no cents at Stripe. https://docs.stripe.com/currencies#zero-decimal */
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf'.split(' '));

export function money(amountMinor: number, currency: string, language: string): string {
  const amount = ZERO_DECIMAL.has(currency) ? amountMinor : amountMinor / 100;
  return new Intl.NumberFormat(language, { style: 'currency', currency: currency.toUpperCase() }).format(amount);
}

/** The stand-in Checkout page in whatever state its session is. */
export function renderCheckout(view: View): string {
  const { session } = view.stored;
  const language = checkoutLanguage(session.locale);
  const texts = CHECKOUT_TEXTS[language];
  return page({ language, texts, merchant: view.merchant }, <Body view={view} texts={texts} language={language} />);
}

export function renderUnknownCheckout(merchant: string): string {
  const texts = CHECKOUT_TEXTS.fr;
  return page({ language: 'fr', texts, merchant }, <p class="notice">{texts.unknown}</p>);
}

export function renderReceipt(charge: Stripe.Charge, merchant: string): string {
  const texts = CHECKOUT_TEXTS.fr;
  return page(
    { language: 'fr', texts, merchant },
    <section>
      <h1>{texts.receipt}</h1>
      <p class="amount">{money(charge.amount, charge.currency, 'fr')}</p>
      <p class="hint">{charge.description ?? charge.id}</p>
    </section>,
  );
}

type Frame = { language: CheckoutLanguage; texts: CheckoutTexts; merchant: string };

function page({ language, texts, merchant }: Frame, content: ComponentChildren): string {
  const html = render(
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${texts.title} – ${merchant}`}</title>
        <link rel="stylesheet" href={CHECKOUT_STYLE_PATH} />
      </head>
      <body>
        <p class="ribbon">{texts.sandbox}</p>
        <main>
          <header>{merchant}</header>
          {content}
        </main>
      </body>
    </html>,
  );
  return `<!doctype html>${html}`;
}

type BodyProps = { view: View; texts: CheckoutTexts; language: CheckoutLanguage };

function Body({ view, texts, language }: BodyProps): VNode {
  const { session } = view.stored;
  return (
    <>
      <p class="amount">{money(session.amount_total ?? 0, session.currency ?? 'eur', language)}</p>
      <Lines items={view.stored.lineItems} texts={texts} language={language} />
      <State view={view} texts={texts} language={language} />
    </>
  );
}

function Lines({
  items,
  texts,
  language,
}: {
  items: Stripe.LineItem[];
  texts: CheckoutTexts;
  language: string;
}): VNode {
  return (
    <ul class="lines">
      {items.map((item) => (
        <li key={item.id}>
          <span>
            {item.description}
            <small>{`${texts.quantity} ${item.quantity ?? 1}`}</small>
          </span>
          <b>{money(item.amount_total, item.currency, language)}</b>
        </li>
      ))}
    </ul>
  );
}

function State({ view, texts, language }: BodyProps): VNode {
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
        {session.payment_status === 'paid' ? texts.paid : texts.awaiting}
      </p>
    );
  }
  if (view.intent?.status === 'requires_action') return <Challenge sessionId={session.id} texts={texts} />;
  const total = money(session.amount_total ?? 0, session.currency ?? 'eur', language);
  const error = view.intent?.last_payment_error;
  return (
    <form method="post" action={`/sandbox/checkout/${session.id}`}>
      {error && (
        <p class="error" role="alert">
          {error.code === 'card_declined' ? texts.declined : texts.notAuthenticated}
        </p>
      )}
      <Choice outcome="pay" label={`${texts.pay} ${total}`} hint={texts.payHint} primary />
      <Choice outcome="three_ds" label={texts.threeDs} hint={texts.threeDsHint} />
      <Choice outcome="decline" label={texts.decline} hint={texts.declineHint} />
      <Choice outcome="pay_later" label={texts.payLater} hint={texts.payLaterHint} />
      <button type="submit" name="outcome" value="leave" class="link">
        {texts.leave}
      </button>
    </form>
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
