import type { Db } from '../db/client.ts';
import { readSettings } from '../db/shop-settings.ts';
import { describeError } from '../domain/errors.ts';
import type { QuietHours } from '../domain/quiet-hours.ts';
import type { Shop } from '../domain/shop.ts';
import { type ConfiguredShop, type ShopRules, settingsOf } from '../domain/shop-settings.ts';
import type { Log } from '../ports.ts';

/** How long a process may go on with what was changed in another. */
const READ_EVERY_MS = 3_000;

/**
 * The shop as it is now. These are the very objects every flow is given: what is changed is written into them, so that who
 * reads a fact when it is needed reads the present one (docs/adr/0015).
 */
export type CurrentShop = { shop: Shop; rules: ShopRules; quietHours: QuietHours };

/** Reads the shop's own settings and keeps reading them. `refresh` reads at once, for the process that changed them. */
export async function followSettings(
  { db, log }: { db: Db; log: Log },
  configured: ConfiguredShop,
  readEveryMs = READ_EVERY_MS,
): Promise<{ current: CurrentShop; refresh(): Promise<void>; stop(): void }> {
  let seenVersion = -1;
  const { timezone } = configured.shop;
  const start = settingsOf(configured, {}, null);
  const current: CurrentShop = { shop: start.shop, rules: start.rules, quietHours: { timezone, ...start.quietHours } };

  async function refresh(): Promise<void> {
    const { saved, version, remindersSince } = await readSettings(db);
    if (version === seenVersion) return;
    seenVersion = version;
    const now = settingsOf(configured, saved, remindersSince);
    Object.assign(current.shop, now.shop);
    Object.assign(current.rules, now.rules);
    Object.assign(current.quietHours, now.quietHours);
  }

  await refresh();
  const timer = setInterval(() => {
    refresh().catch((error) => log.warn({ error: describeError(error) }, 'settings not read, the last ones hold'));
  }, readEveryMs);
  timer.unref();
  return { current, refresh, stop: () => clearInterval(timer) };
}
