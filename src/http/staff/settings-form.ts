import { LOCALES, type Locale } from '../../domain/locale.ts';
import type { Reminder } from '../../domain/shop-settings.ts';
import { storableText } from '../../domain/storable.ts';
import type { SettingsWish } from '../../flows/change-settings.ts';
import { single } from '../identifiers.ts';

type Fields = Record<string, unknown>;

const text = (fields: Fields, name: string) => storableText(single(fields[name])).replaceAll('\r\n', '\n').trim();
/** A field that may be there once, several times or not at all. */
const all = (fields: Fields, name: string): string[] =>
  [fields[name] ?? []]
    .flat()
    .map((value) => storableText(single(value)).trim())
    .filter(Boolean);
const isOneOf = (value: string): value is Locale => (LOCALES as readonly string[]).includes(value);

/** Who the shop is. */
export function readShopForm(fields: Fields): SettingsWish {
  const locale = text(fields, 'locale');
  return {
    ...{ name: text(fields, 'name'), address: text(fields, 'address'), hours: text(fields, 'hours') },
    ...{ closedDays: [...new Set(all(fields, 'closedDay'))].sort(), tone: text(fields, 'tone') },
    ...(isOneOf(locale) && { locale, locales: [...new Set([locale, ...all(fields, 'locales').filter(isOneOf)])] }),
  };
}

const wholeNumber = (typed: string): number => (/^\d{1,4}$/.test(typed) ? Number(typed) : Number.NaN);

/** Steps without a time are gone: that is how one is taken away. */
function readReminders(fields: Fields): Reminder[] {
  const steps = [...Array(MOST_ROWS).keys()].flatMap((row): Reminder[] => {
    const [hours, minutes] = [text(fields, `hours${row}`), text(fields, `minutes${row}`)];
    if (!hours && !minutes) return [];
    const delayMinutes = wholeNumber(hours || '0') * 60 + wholeNumber(minutes || '0');
    const wordings = (name: string) =>
      LOCALES.flatMap((locale) => {
        const own = text(fields, `${name}${row}${locale}`);
        return own ? [[locale, own] as const] : [];
      });
    const [texts, textsB] = [wordings('text'), wordings('textB')];
    return [
      {
        delayMinutes,
        ...(texts.length > 0 && { texts: Object.fromEntries(texts) }),
        ...(textsB.length > 0 && { textsB: Object.fromEntries(textsB) }),
      },
    ];
  });
  return steps.sort((a, b) => a.delayMinutes - b.delayMinutes);
}
/** More rows than any shop may have steps: one too many is told, not dropped. */
const MOST_ROWS = 8;

/** When and how customers are reminded, and when not. */
export function readRemindersForm(fields: Fields): Required<Pick<SettingsWish, 'reminders' | 'quietHours'>> {
  const hour = (name: string) => wholeNumber(text(fields, name));
  return {
    reminders: readReminders(fields),
    quietHours: { beginHour: hour('beginHour'), endHour: hour('endHour') },
  };
}

/** A place where orders are fetched, or undefined when something of it is missing. */
export function readPlaceForm(fields: Fields): { name: string; address: string; hours: string } | undefined {
  const facts = {
    name: text(fields, 'name').slice(0, 80),
    address: text(fields, 'address').slice(0, 200),
    hours: text(fields, 'hours').slice(0, 300),
  };
  return facts.name && facts.address ? facts : undefined;
}
