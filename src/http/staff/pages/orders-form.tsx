import type { StaffFrame } from '../layout.tsx';
import type { OrdersView } from '../orders-view.ts';
import { ORDERS_WORDS } from '../words/orders-words.ts';
import { STAFF_WORDS } from '../words/staff-words.ts';

type Props = { frame: StaffFrame; view: OrdersView; counters: readonly { id: string; name: string }[] };

/** What is typed or chosen rarely; group and period go along. */
export function OrdersForm({ frame, view, counters }: Props) {
  const words = ORDERS_WORDS[frame.locale];
  const { group, period, locationId, from, to, query } = view;
  return (
    <form method="get" action="/staff" class="stack">
      {group && <input type="hidden" name="group" value={group} />}
      {period && <input type="hidden" name="period" value={period} />}
      <div class="search">
        <input type="search" name="q" value={query} placeholder={words.searchHint} aria-label={words.searchHint} />
        <button type="submit" class="button secondary">
          {STAFF_WORDS[frame.locale].search}
        </button>
      </div>
      <details class="fold" open={Boolean(locationId || from || to)}>
        <summary>{words.more}</summary>
        <div class="fields">
          {counters.length > 1 && (
            <label>
              {words.location}
              <select name="at">
                <option value="">{words.everyLocation}</option>
                {counters.map(({ id, name }) => (
                  <option value={id} key={id} selected={id === locationId}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label>
            {words.from}
            <input type="date" name="from" value={from} />
          </label>
          <label>
            {words.to}
            <input type="date" name="to" value={to} />
          </label>
          <button type="submit" class="button secondary">
            {words.apply}
          </button>
        </div>
      </details>
    </form>
  );
}
