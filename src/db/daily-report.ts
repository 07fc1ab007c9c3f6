import type { DailyReport } from '../domain/daily-report.ts';
import { daysLater, readerOf, type ShopNumber, subjectsOf } from '../domain/numbers.ts';
import type { Db } from './client.ts';
import { numbersOf } from './number-measures.ts';

/** What happened on one day (YYYY-MM-DD) where the shop is, counted from the tables themselves: no sweep need have run. */
export async function reportOfDay(
  db: Db,
  { day, timezone }: { day: string; timezone: string },
): Promise<Omit<DailyReport, 'waiting' | 'needs'>> {
  const endDay = daysLater(day, 1);
  const counted = { grain: 'day', timezone, firstDay: day, endDay } as const;
  const numbers = await db.$queryRaw<ShopNumber[]>`
    SELECT measure, to_char(starts_on, 'YYYY-MM-DD') AS "startsOn", subject, value FROM (${numbersOf(counted)}) n`;
  const read = readerOf(numbers);
  const [more] = await db.$queryRaw<Pick<DailyReport, 'expired' | 'conversations' | 'refunded'>[]>`
    WITH day AS (SELECT ${day}::date::timestamp AT TIME ZONE ${timezone}::text AS begins,
      ${endDay}::date::timestamp AT TIME ZONE ${timezone}::text AS ends)
    SELECT
      (SELECT count(*)::int FROM orders, day WHERE status = 'expired' AND expires_at >= begins AND expires_at < ends)
        AS expired,
      (SELECT count(DISTINCT conversation_id)::int FROM inbound_messages, day
        WHERE received_at >= begins AND received_at < ends) AS conversations,
      (SELECT COALESCE(json_agg(json_build_object('amountMinor', minor, 'currency', currency) ORDER BY minor DESC), '[]')
        FROM (SELECT currency, sum(amount_minor) AS minor FROM refunds, day
          WHERE created_at >= begins AND created_at < ends AND status NOT IN ('failed', 'canceled') GROUP BY 1) r)
        AS refunded`;
  return {
    placed: read('orders_placed') ?? 0,
    paid: read('orders_paid') ?? 0,
    unpaid: read('orders_open') ?? 0,
    cancelled: read('orders_cancelled') ?? 0,
    sales: subjectsOf(numbers, 'sales_minor').map((currency) => ({
      amountMinor: read('sales_minor', { subject: currency }) ?? 0,
      currency,
    })),
    ...(more ?? { expired: 0, conversations: 0, refunded: [] }),
    modelCalls: read('model_calls') ?? 0,
    modelMicroUsd: read('model_micro_usd') ?? 0,
  };
}
