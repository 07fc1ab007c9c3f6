import type { ComponentChildren } from 'preact';
import { formatMoney } from '../../../domain/money.ts';
import type { TimelineEntry } from '../../../flows/show-staff-orders.ts';
import { formatWhen } from '../../dates.ts';
import { quoted } from '../../quoted.ts';
import type { StaffFrame } from '../layout.tsx';
import { MONEY_WORDS, wordOfReason } from '../words/money-words.ts';

type Props = {
  frame: StaffFrame;
  entry: TimelineEntry;
  /** Of an amount that names none. */
  currency: string;
  /** Stands before the amount, the reason and the note. */
  detail?: string | undefined;
  /** What was done, in words. */
  children: ComponentChildren;
};

/** When, who and what, and below it how much and why: a line of a list of class "timeline". */
export function TimelineLine({ frame: { locale, shop }, entry, currency, detail, children }: Props) {
  const words = MONEY_WORDS[locale];
  const why = [
    detail,
    entry.amountMinor !== null && formatMoney(entry.amountMinor, entry.currency ?? currency, locale),
    entry.reason !== null && wordOfReason(words, entry.reason),
    entry.note !== null && quoted(entry.note, locale),
  ].filter((part) => typeof part === 'string');
  return (
    <li>
      <span class="soft small">
        <time dateTime={entry.at.toISOString()}>{formatWhen(entry.at, locale, shop.timezone)}</time>
        {' · '}
        {entry.who.kind === 'staff' ? (entry.who.name ?? words.who.formerStaff) : words.who[entry.who.kind]}
      </span>
      <span>{children}</span>
      {why.length > 0 && <span class="small">{why.join(' · ')}</span>}
    </li>
  );
}
