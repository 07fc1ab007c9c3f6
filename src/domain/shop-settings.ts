import { z } from 'zod';
import { LOCALES, type Locale } from './locale.ts';
import { DEFAULT_QUIET_HOURS } from './quiet-hours.ts';
import { reminderTextProblem } from './reminder-text.ts';
import type { Shop } from './shop.ts';

/** One reminder of an unpaid order: how long after it, and the shop's own words where it has some. */
export type Reminder = {
  delayMinutes: number;
  texts?: Partial<Record<Locale, string>> | undefined;
  /** Told to every other order, to see which of the two brings more payments (/staff/numbers). */
  textsB?: Partial<Record<Locale, string>> | undefined;
};

/** The words an order is reminded in. Absent `ownText`: ours. `variant` where there are two to compare, else null. */
export function wordingFor(
  { texts, textsB }: Reminder,
  { orderId, locale }: { orderId: string; locale: Locale },
): { ownText: string | undefined; variant: 'A' | 'B' | null } {
  const [a, b] = [texts?.[locale], textsB?.[locale]];
  if (b === undefined) return { ownText: a, variant: null };
  // An id's last hexadecimal digit is chance: half of the orders, and an order the same way each time.
  return Number.parseInt(orderId.slice(-1), 16) % 2 === 0 ? { ownText: a, variant: 'A' } : { ownText: b, variant: 'B' };
}

/** How a shop deals with its customers, beside who it is. */
export type ShopRules = {
  /** In the order in which they leave. */
  reminders: readonly Reminder[];
  /** When the reminders were last changed; null: never. */
  remindersSince: Date | null;
  /** The languages customers are answered in, the shop's own among them. */
  locales: readonly Locale[];
  /** Days on which it is closed whatever its hours say, YYYY-MM-DD, ascending. */
  closedDays: readonly string[];
  /** How the seller should sound, in the shop's own words; may be ''. */
  tone: string;
};

export const MAX_REMINDERS = 6;
export const MAX_CLOSED_DAYS = 60;
/** As long as Stripe's links live: https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at */
const MAX_DELAY_MINUTES = 24 * 60 - 1;
const LIMITS = { name: 80, address: 200, hours: 300, tone: 500 } as const;

const text = (max: number) => z.string().trim().min(1).max(max);
const reminderText = z.string().refine((value) => reminderTextProblem(value) === undefined);
const hour = z.number().int().min(0).max(23);
const isDay = (value: string) => !Number.isNaN(Date.parse(`${value}T00:00:00Z`));
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isDay);

/** What a shop has set itself, in the browser. What is absent is as the environment has it. */
export const savedSettingsSchema = z.strictObject({
  name: text(LIMITS.name).optional(),
  address: z.string().trim().max(LIMITS.address).optional(),
  hours: z.string().trim().max(LIMITS.hours).optional(),
  closedDays: z.array(day).max(MAX_CLOSED_DAYS).optional(),
  locale: z.enum(LOCALES).optional(),
  locales: z.array(z.enum(LOCALES)).min(1).optional(),
  reminders: z
    .array(
      z.strictObject({
        delayMinutes: z.number().int().min(1).max(MAX_DELAY_MINUTES),
        texts: z.partialRecord(z.enum(LOCALES), reminderText).optional(),
        textsB: z.partialRecord(z.enum(LOCALES), reminderText).optional(),
      }),
    )
    .max(MAX_REMINDERS)
    .optional(),
  quietHours: z.strictObject({ beginHour: hour, endHour: hour }).optional(),
  tone: z.string().trim().max(LIMITS.tone).optional(),
});
export type SavedSettings = z.infer<typeof savedSettingsSchema>;

/** The environment's word. */
export type ConfiguredShop = { shop: Shop; reminderDelaysMinutes: readonly number[] };
export type ShopSettings = { shop: Shop; rules: ShopRules; quietHours: { beginHour: number; endHour: number } };

/** What holds: the shop's own settings over the environment's. */
export function settingsOf(
  { shop, reminderDelaysMinutes }: ConfiguredShop,
  saved: SavedSettings,
  remindersSince: Date | null,
): ShopSettings {
  const { name, address, hours, locale } = { ...shop, ...saved };
  const byDelay = (a: Reminder, b: Reminder) => a.delayMinutes - b.delayMinutes;
  const reminders = saved.reminders ?? reminderDelaysMinutes.map((delayMinutes) => ({ delayMinutes }));
  const offered = new Set<Locale>([locale, ...(saved.locales ?? LOCALES)]);
  return {
    shop: { ...shop, name, address, hours, locale },
    rules: {
      reminders: [...reminders].sort(byDelay),
      remindersSince,
      locales: LOCALES.filter((each) => offered.has(each)),
      closedDays: [...(saved.closedDays ?? [])].sort(),
      tone: saved.tone ?? '',
    },
    quietHours: saved.quietHours ?? DEFAULT_QUIET_HOURS,
  };
}
