import { piecesOn, STOCK_CAUSES } from '../../../domain/stock-deed.ts';
import type { StockMovementShown } from '../../../flows/show-catalogue.ts';
import { formatWhen } from '../../dates.ts';
import type { StaffFrame } from '../layout.tsx';
import { CATALOGUE_WORDS, type CatalogueWords } from '../words/catalogue-words.ts';
import type { ProductPageFacts } from './product-page.tsx';

type Level = {
  locationId: string;
  locationName: string;
  slot: string | null;
  onHand: number;
  reserved: number;
  paidWaiting: number;
};
type LevelProps = { frame: StaffFrame; productId: string; requestKey: string; level: Level };

function StockForm({ frame, productId, requestKey, level }: LevelProps) {
  const words = CATALOGUE_WORDS[frame.locale].stock;
  return (
    <form method="post" action={`/staff/catalogue/${productId}/stock`} class="fields">
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      <input type="hidden" name="key" value={requestKey} />
      <input type="hidden" name="location" value={level.locationId} />
      <input type="hidden" name="pieces" value={piecesOn(level)} />
      <label>
        {words.what}
        <select name="cause">
          {STOCK_CAUSES.map((cause) => (
            <option key={cause} value={cause}>
              {words.causes[cause]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.quantity}
        <input type="text" name="quantity" required maxLength={8} pattern="[+\-]?[0-9]+" />
        {level.paidWaiting > 0 && <small class="soft">{words.countPaidToo(level.paidWaiting)}</small>}
      </label>
      <label>
        {words.reason}
        <input type="text" name="reason" required maxLength={200} />
      </label>
      <button type="submit" class="button primary">
        {words.submit}
      </button>
    </form>
  );
}

function SlotForm({ frame, productId, level }: LevelProps) {
  const words = CATALOGUE_WORDS[frame.locale].stock;
  return (
    <form method="post" action={`/staff/catalogue/${productId}/slot`} class="fields">
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      <input type="hidden" name="location" value={level.locationId} />
      <label>
        {words.slot}
        <input type="text" name="slot" value={level.slot ?? ''} maxLength={64} />
      </label>
      <button type="submit" class="button secondary">
        {words.slotSave}
      </button>
    </form>
  );
}

const signed = (delta: number) => (delta > 0 ? `+${delta}` : String(delta).replace('-', '−'));

function Movement({ frame, movement }: { frame: StaffFrame; movement: StockMovementShown }) {
  const words = CATALOGUE_WORDS[frame.locale].stock;
  const { cause, kind, onHandDelta, reservedDelta, count, reason, staffName, orderId, orderNumber } = movement;
  return (
    <li>
      <span>
        {words.kinds[cause ?? kind] ?? kind} · {movement.locationName}
        <small class="soft">
          {formatWhen(movement.at, frame.locale, frame.shop.timezone)}
          {staffName && ` · ${staffName}`}
          {count && ` · ${words.counted(count)}`}
          {reason && ` · ${reason}`}
          {orderId && (
            <>
              {' · '}
              <a href={`/staff/orders/${orderId}`}>{orderNumber}</a>
            </>
          )}
        </small>
      </span>
      <b class="amount">{signed(onHandDelta || reservedDelta)}</b>
    </li>
  );
}

/** "4, 2 of them paid, to be handed over": what somebody who looks at the shelf sees. */
function pieces(words: CatalogueWords['stock'], level: Level): string {
  return level.paidWaiting > 0 ? `${piecesOn(level)}, ${words.paid(level.paidWaiting)}` : String(level.onHand);
}

/** Every place with what lies there; where nothing ever did, nothing does. */
function levelsOf({ product, locations, shelves }: ProductPageFacts['detail']): Level[] {
  const paid = new Map(shelves.map(({ locationId, ...shelf }) => [locationId, shelf]));
  const known = new Set(product.stock.map(({ locationId }) => locationId));
  const empty = locations
    .filter(({ id }) => !known.has(id))
    .map(({ id, name }) => ({ locationId: id, locationName: name, slot: null, onHand: 0, reserved: 0 }));
  return [...product.stock, ...empty].map((level) => ({ ...level, paidWaiting: 0, ...paid.get(level.locationId) }));
}

/** What lies where, how to correct it, and how it came to be so. */
export function StockCard({ frame, detail, requestKey }: ProductPageFacts) {
  const { product, movements } = detail;
  const words = CATALOGUE_WORDS[frame.locale].stock;
  return (
    <section class="card stack">
      <h2>{words.title}</h2>
      {levelsOf(detail).map((level) => (
        <details class="fold" key={level.locationId}>
          <summary>
            <b>{level.locationName}</b> · {words.onHand} {pieces(words, level)} · {words.free}{' '}
            {level.onHand - level.reserved}
            {level.slot && ` · ${words.slot} ${level.slot}`}
          </summary>
          <div class="stack">
            <StockForm frame={frame} productId={product.id} requestKey={requestKey} level={level} />
            <SlotForm frame={frame} productId={product.id} requestKey={requestKey} level={level} />
          </div>
        </details>
      ))}
      <h2>{words.history}</h2>
      {movements.length === 0 && <p class="soft">{words.noHistory}</p>}
      <ul class="ledger">
        {movements.map((movement, index) => (
          <Movement key={index} frame={frame} movement={movement} />
        ))}
      </ul>
    </section>
  );
}
