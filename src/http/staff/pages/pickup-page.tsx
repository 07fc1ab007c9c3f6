import type { ComponentChildren } from 'preact';
import { formatMoney } from '../../../domain/money.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import type { CollectResult, NotCollectable, PickupView } from '../../../flows/confirm-pickup.ts';
import { formatWhen } from '../../dates.ts';
import { ItemList, type StaffFrame, StaffLayout } from '../layout.tsx';
import { STAFF_WORDS } from '../words/staff-words.ts';

/** What the counter has to know first: can this be handed over? */
type Verdict =
  | { kind: 'collectable' }
  | { kind: 'just_collected' }
  | { kind: 'already_collected' }
  | { kind: 'elsewhere' }
  | { kind: 'refused'; reason: NotCollectable };

const REASONS: Partial<Record<OrderStatus, NotCollectable>> = {
  pending_payment: 'unpaid',
  expired: 'expired',
  cancelled: 'cancelled',
  refunded: 'refunded',
};

/** As shown before trying; collecting itself decides in the database. `counterId`: the location of who asks, if they said. */
function verdictOf(view: PickupView, counterId?: string): Verdict {
  if (view.collectedAt || view.status === 'collected') return { kind: 'already_collected' };
  const hindrance = view.isBeingRefunded ? 'being_refunded' : view.disputed ? 'disputed' : undefined;
  const reason = REASONS[view.status] ?? hindrance ?? (view.inReview ? 'review' : undefined);
  if (reason) return { kind: 'refused', reason };
  return counterId && counterId !== view.locationId ? { kind: 'elsewhere' } : { kind: 'collectable' };
}

const verdictAfter = (result: Exclude<CollectResult, { kind: 'unknown' }>): Verdict =>
  result.kind === 'not_collectable'
    ? { kind: 'refused', reason: result.reason }
    : { kind: result.kind === 'collected' ? 'just_collected' : 'already_collected' };

function Banner({
  tone,
  mark,
  title,
  children,
}: {
  tone: string;
  mark: string;
  title: string;
  children: ComponentChildren;
}) {
  return (
    <section class={`card banner tone-${tone}`} role="status">
      <span class="mark" aria-hidden="true">
        {mark}
      </span>
      <div>
        <h2 class="loud">{title}</h2>
        <p>{children}</p>
      </div>
    </section>
  );
}

function VerdictBanner({ frame, view, verdict }: { frame: StaffFrame; view: PickupView; verdict: Verdict }) {
  const words = STAFF_WORDS[frame.locale];
  switch (verdict.kind) {
    case 'collectable':
      return (
        <Banner tone="green" mark="✓" title={words.paidTitle}>
          {words.paidText}
        </Banner>
      );
    case 'just_collected':
      return (
        <Banner tone="green" mark="✓" title={words.collectedTitle}>
          {words.collectedText}
        </Banner>
      );
    case 'already_collected':
      return (
        <Banner tone="blue" mark="!" title={words.alreadyTitle}>
          {view.collectedAt && `${words.at} ${formatWhen(view.collectedAt, frame.locale, frame.shop.timezone)} `}
          {view.collectedBy && `${words.by} ${view.collectedBy}`}
        </Banner>
      );
    case 'elsewhere':
      return (
        <Banner tone="amber" mark="→" title={words.scan.elsewhereTitle}>
          {words.scan.elsewhereText} {view.locationName}.
        </Banner>
      );
    case 'refused': {
      const { title, text } = words.refused[verdict.reason];
      return (
        <Banner tone={verdict.reason === 'unpaid' ? 'amber' : 'red'} mark="✕" title={title}>
          {text}
        </Banner>
      );
    }
  }
}

function OrderFacts({ frame, view, toFetch }: { frame: StaffFrame; view: PickupView; toFetch: boolean }) {
  const { locale, shop } = frame;
  const words = STAFF_WORDS[locale];
  return (
    <section class="card">
      <p class="order-number">
        <small>{words.order}</small> {view.orderNumber}
      </p>
      <dl class="facts">
        <dt>{words.for}</dt>
        <dd>{view.customerName ?? words.noName}</dd>
        <dt>{words.location}</dt>
        <dd>{view.locationName}</dd>
      </dl>
      {toFetch && <h2>{words.toFetch}</h2>}
      <ItemList items={view.items} {...(toFetch && { slotWord: words.scan.slot })} />
      <dl class="facts">
        <dt>{words.total}</dt>
        <dd>{formatMoney(view.totalMinor, view.currency, locale)}</dd>
        {view.paidAt && <dt>{words.paidAt}</dt>}
        {view.paidAt && <dd>{formatWhen(view.paidAt, locale, shop.timezone)}</dd>}
      </dl>
    </section>
  );
}

function PickupLayout(props: { frame: StaffFrame; view: PickupView; verdict: Verdict; children?: ComponentChildren }) {
  const { frame, view, verdict } = props;
  return (
    <StaffLayout frame={frame} title={view.orderNumber}>
      <h1 class="unseen">{view.orderNumber}</h1>
      <VerdictBanner frame={frame} view={view} verdict={verdict} />
      <OrderFacts frame={frame} view={view} toFetch={verdict.kind === 'collectable'} />
      {props.children}
      {verdict.kind !== 'collectable' && (
        <a class="button secondary" href="/staff">
          {STAFF_WORDS[frame.locale].allOrders}
        </a>
      )}
    </StaffLayout>
  );
}

/** What scanning the customer's QR code opens. */
export function pickupPage({ frame, view, token }: { frame: StaffFrame; view: PickupView; token: string }) {
  const verdict = verdictOf(view);
  return (
    <PickupLayout frame={frame} view={view} verdict={verdict}>
      {verdict.kind === 'collectable' && (
        <form method="post" action={`/pickup/${token}/collect`} class="action">
          <input type="hidden" name="csrf" value={frame.csrfToken} />
          <button type="submit" class="button primary large">
            {STAFF_WORDS[frame.locale].collect}
          </button>
        </form>
      )}
    </PickupLayout>
  );
}

/** What pressing the button answers. */
export function collectedPage(props: { frame: StaffFrame; result: Exclude<CollectResult, { kind: 'unknown' }> }) {
  const { frame, result } = props;
  return <PickupLayout frame={frame} view={result.view} verdict={verdictAfter(result)} />;
}

function UnknownBanner({ frame }: { frame: StaffFrame }) {
  const words = STAFF_WORDS[frame.locale];
  return (
    <Banner tone="red" mark="?" title={words.unknownTitle}>
      {words.unknownText}
    </Banner>
  );
}

export function unknownPickupPage({ frame }: { frame: StaffFrame }) {
  const words = STAFF_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={words.unknownTitle}>
      <h1 class="unseen">{words.unknownTitle}</h1>
      <UnknownBanner frame={frame} />
      <a class="button secondary" href="/staff">
        {words.allOrders}
      </a>
    </StaffLayout>
  );
}

/** What the counter asked for: an order by its code, the outcome of handing it over, or nothing of ours. */
export type Scanned =
  | { kind: 'order'; view: PickupView; code: string; counterId: string }
  | { kind: 'tried'; result: Exclude<CollectResult, { kind: 'unknown' }> }
  | { kind: 'unknown' };

/** The order large, and one tap to hand it over. */
export function ScannedOrder({ frame, scanned }: { frame: StaffFrame; scanned: Scanned }) {
  if (scanned.kind === 'unknown') return <UnknownBanner frame={frame} />;
  const isAsked = scanned.kind === 'order';
  const view = isAsked ? scanned.view : scanned.result.view;
  const verdict = isAsked ? verdictOf(view, scanned.counterId) : verdictAfter(scanned.result);
  return (
    <div class="stack" data-verdict={verdict.kind}>
      <VerdictBanner frame={frame} view={view} verdict={verdict} />
      {isAsked && verdict.kind === 'collectable' && (
        <form method="post" action="/staff/scan/collect" class="action">
          <input type="hidden" name="csrf" value={frame.csrfToken} />
          <input type="hidden" name="code" value={scanned.code} />
          <button type="submit" class="button primary large">
            {STAFF_WORDS[frame.locale].collect}
          </button>
        </form>
      )}
      <OrderFacts frame={frame} view={view} toFetch={verdict.kind === 'collectable'} />
    </div>
  );
}
