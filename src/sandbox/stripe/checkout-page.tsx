import type { ComponentChildren, VNode } from 'preact';
import { render } from 'preact-render-to-string';
import type Stripe from 'stripe';
import { type CheckoutView, State } from './checkout-forms.tsx';
import {
  CHECKOUT_TEXTS,
  type CheckoutLanguage,
  type CheckoutTexts,
  checkoutLanguage,
  money,
} from './checkout-texts.ts';

export const CHECKOUT_STYLE_PATH = '/sandbox/checkout.css';

/** The stand-in Checkout page in whatever state its session is. */
export function renderCheckout(view: CheckoutView & { merchant: string }): string {
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

type BodyProps = { view: CheckoutView; texts: CheckoutTexts; language: CheckoutLanguage };

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
