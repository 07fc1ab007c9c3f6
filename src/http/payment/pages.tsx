import type { ComponentChildren } from 'preact';
import type { Locale } from '../../domain/locale.ts';
import { formatMoney } from '../../domain/money.ts';
import { hoursIn } from '../../domain/opening-hours.ts';
import type { PaymentLink } from '../../flows/offer-payment-link.ts';
import type { SessionStatus } from '../../flows/verify-session.ts';
import { formatWhen } from '../dates.ts';
import type { Shop } from '../needs.ts';
import { Page } from '../page.tsx';
import { PAYMENT_WORDS } from './words.ts';

const TONES = { success: 'green', pending: 'grey', error: 'red' } as const;
const MARKS = { success: '✓', pending: '…', error: '!' } as const;

function BackToChat({ shop, locale }: { shop: Shop; locale: Locale }) {
  const words = PAYMENT_WORDS[locale];
  if (!shop.chatUrl) return <p>{words.closeThisPage}</p>;
  return (
    <a class="button secondary" href={shop.chatUrl}>
      {words.backToChat}
    </a>
  );
}

function Place({ shop, locale }: { shop: Shop; locale: Locale }) {
  if (!shop.address && !shop.hours) return null;
  return (
    <address class="soft small">
      {shop.address}
      {shop.address && shop.hours && <br />}
      {hoursIn(shop.hours, locale)}
    </address>
  );
}

/** While the payment is not known: a script polls and reloads; without JavaScript the page reloads itself. */
function Poll({ sessionId }: { sessionId: string }) {
  return (
    <>
      <script src="/assets/payment.js" defer data-session={sessionId} />
      <noscript>
        <meta http-equiv="refresh" content="4" />
      </noscript>
    </>
  );
}

function Frame(props: {
  shop: Shop;
  locale: Locale;
  title: string;
  head?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <Page locale={props.locale} title={props.title} shopName={props.shop.name} head={props.head}>
      {props.children}
    </Page>
  );
}

/** Where Stripe sends the customer after paying. */
export function successPage({ shop, sessionId, state }: { shop: Shop; sessionId: string; state: SessionStatus }) {
  const { locale, status } = state;
  const words = PAYMENT_WORDS[locale];
  const pending = status === 'pending';
  return (
    <Frame shop={shop} locale={locale} title={words[status]} head={pending && <Poll sessionId={sessionId} />}>
      <section class={`card tone-${TONES[status]}`} role="status">
        <p class={pending ? 'mark waiting' : 'mark'} aria-hidden="true">
          {MARKS[status]}
        </p>
        <h1>{words[status]}</h1>
        {state.orderNumber && (
          <p class="order-number">
            <small>{words.orderNumber}</small> {state.orderNumber}
          </p>
        )}
        <p>{state.message}</p>
        {status === 'success' && <p>{words.qrOnItsWay}</p>}
        {pending && <p class="soft">{words.waiting}</p>}
        {pending && (
          <p class="soft" id="still-waiting" hidden>
            {words.stillWaiting}
          </p>
        )}
      </section>
      <BackToChat shop={shop} locale={locale} />
      {status === 'success' && <Place shop={shop} locale={locale} />}
    </Frame>
  );
}

function OpenLink({ shop, link }: { shop: Shop; link: Extract<PaymentLink, { kind: 'open' }> }) {
  const { locale } = link;
  const words = PAYMENT_WORDS[locale];
  return (
    <Frame shop={shop} locale={locale} title={words.leftTitle}>
      <section class="card tone-grey">
        <h1>{words.leftTitle}</h1>
        <p class="order-number">
          <small>{words.orderNumber}</small> {link.orderNumber}
        </p>
        <p>{words.leftText}</p>
        <dl class="facts">
          <dt>{words.total}</dt>
          <dd>{formatMoney(link.totalMinor, link.currency, locale)}</dd>
          <dt>{words.payBefore}</dt>
          <dd>{formatWhen(link.expiresAt, locale, shop.timezone)}</dd>
        </dl>
      </section>
      <a class="button primary" href={link.url}>
        {words.payNow}
      </a>
      <BackToChat shop={shop} locale={locale} />
    </Frame>
  );
}

/** Where Stripe sends the customer who leaves without paying. `locale` is for an order that nobody knows. */
export function cancelPage({ shop, link, locale }: { shop: Shop; link: PaymentLink; locale: Locale }) {
  if (link.kind === 'open') return <OpenLink shop={shop} link={link} />;
  if (link.kind === 'unknown') return unknownPage({ shop, locale });
  const words = PAYMENT_WORDS[link.locale];
  return (
    <Frame shop={shop} locale={link.locale} title={words.closedTitle}>
      <section class="card tone-grey">
        <h1>{words.closedTitle}</h1>
        <p class="order-number">
          <small>{words.orderNumber}</small> {link.orderNumber}
        </p>
        <p>{words.closed[link.status]}</p>
      </section>
      <BackToChat shop={shop} locale={link.locale} />
    </Frame>
  );
}

export function unknownPage({ shop, locale }: { shop: Shop; locale: Locale }) {
  const words = PAYMENT_WORDS[locale];
  return (
    <Frame shop={shop} locale={locale} title={words.unknownOrder}>
      <section class="card tone-grey">
        <h1>{words.unknownOrder}</h1>
        <p>{words.writeToUs}</p>
      </section>
      <BackToChat shop={shop} locale={locale} />
    </Frame>
  );
}
