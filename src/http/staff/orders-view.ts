import { COUNTER_GROUPS, type CounterGroup } from '../../domain/counter-group.ts';
import { daysOf, PERIODS, type Period, readDay } from '../../domain/period.ts';
import { storableText } from '../../domain/storable.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { OrderFilter, OrderPlace } from '../../flows/show-staff-orders.ts';
import { single } from '../identifiers.ts';

/** What of the orders an address shows. `from` and `to` are days, both included, and go before a period. */
export type OrdersView = {
  group?: CounterGroup;
  locationId?: string;
  period?: Period;
  from?: string;
  to?: string;
  query?: string;
};

/** What of the address makes no sense is left out, as if it had not been there. */
export function readOrdersView(given: Record<string, unknown>): OrdersView {
  const group = COUNTER_GROUPS.find((each) => each === given.group);
  const locationId = single(given.at);
  const [from, to] = [readDay(single(given.from)), readDay(single(given.to))];
  const period = from || to ? undefined : PERIODS.find((each) => each === given.period);
  const query = storableText(single(given.q)).trim().slice(0, 80);
  return {
    ...(group && { group }),
    ...(isUuid(locationId) && { locationId }),
    ...(period && { period }),
    ...(from && { from }),
    ...(to && { to }),
    ...(query && { query }),
  };
}

/** `today`: the day it is where the shop is. */
export function filterOf({ period, from, to, ...rest }: OrdersView, today: string): OrderFilter {
  return { ...rest, ...(period && daysOf(period, today)), ...(from && { firstDay: from }), ...(to && { lastDay: to }) };
}

/** The address that shows this, e.g. /staff?group=to_pay&period=today */
export function addressOfView(path: string, view: OrdersView, place: Record<string, string> = {}): string {
  const { group, locationId: at, period, from, to, query: q } = view;
  const named = { group, at, period, from, to, q, ...place };
  const search = new URLSearchParams(Object.entries(named).filter((entry): entry is [string, string] => !!entry[1]));
  return search.size > 0 ? `${path}?${search}` : path;
}

export const placeText = ({ createdAt, id }: OrderPlace): string => `${createdAt.getTime()}-${id}`;

/** Undefined for what placeText did not write. */
export function readPlace(text: unknown): OrderPlace | undefined {
  const [, atMs = '', id = ''] = /^(\d{1,13})-(.+)$/.exec(single(text)) ?? [];
  return isUuid(id) ? { createdAt: new Date(Number(atMs)), id } : undefined;
}
