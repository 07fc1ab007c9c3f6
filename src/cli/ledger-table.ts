import { describeDifference, type LedgerTotals } from '../domain/ledger.ts';
import { formatMoney } from '../domain/money.ts';
import type { LedgerReport } from '../flows/compare-ledger.ts';
import { repairedIn } from '../flows/reconcile-ledger.ts';
import { say } from './command.ts';

export type ComparedDay = { day: string; report: LedgerReport };

const HEAD = ['day', 'taken: Stripe', 'here', 'given back: Stripe', 'here', 'not ours', 'repaired', 'differ'];

/** Prints the compared days, a row for each currency, and what differs; answers how much that is. */
export function sayLedger(compared: readonly ComparedDay[]): number {
  const rows = compared.flatMap(rowsOf);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  say('Ledger, by days of Stripe’s clock (UTC):');
  for (const row of [HEAD, ...rows])
    say(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  const differences = compared.flatMap(({ report }) => report.remaining);
  for (const difference of differences) say(`  differs: ${describeDifference(difference)}`);
  if (compared.length > 0 && differences.length === 0) say('  All of it agrees.');
  return differences.length;
}

function rowsOf({ day, report }: ComparedDay): string[][] {
  const { totals, foreign, remaining } = report;
  const counts = [foreign, repairedIn(report), remaining.length].map(String);
  const currencies = [...new Set([...Object.keys(totals.atStripe), ...Object.keys(totals.here)])].toSorted();
  if (currencies.length === 0) return [[day, '-', '-', '-', '-', ...counts]];
  return currencies.map((currency, index) => {
    const cell = (side: LedgerTotals, what: 'chargedMinor' | 'refundedMinor') =>
      formatMoney(side[currency]?.[what] ?? 0, currency, 'en');
    const taken = [cell(totals.atStripe, 'chargedMinor'), cell(totals.here, 'chargedMinor')];
    const givenBack = [cell(totals.atStripe, 'refundedMinor'), cell(totals.here, 'refundedMinor')];
    return [day, ...taken, ...givenBack, ...(index === 0 ? counts : [])];
  });
}
