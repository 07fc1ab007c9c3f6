import { isDeepStrictEqual } from 'node:util';
import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { readSettings, writeSettings } from '../db/shop-settings.ts';
import { transact } from '../db/transact.ts';
import {
  type ConfiguredShop,
  type SavedSettings,
  type ShopSettings,
  savedSettingsSchema,
  settingsOf,
} from '../domain/shop-settings.ts';
import type { Clock } from '../ports.ts';

export type SettingsShown = ShopSettings & {
  /** What a form was opened with: a later one refuses it. */
  version: number;
  /** What is not as the environment has it. */
  changed: (keyof SavedSettings)[];
};
/** `null` takes a setting back to the environment's. */
export type SettingsWish = { [Key in keyof SavedSettings]?: SavedSettings[Key] | null };
export type SettingsResult = { kind: 'saved' | 'unchanged' | 'stale' } | { kind: 'wrong'; fields: string[] };

type Needs = { db: Db; configured: ConfiguredShop };

/** The settings from the database, whatever this process has seen of them. */
export async function showSettings({ db, configured }: Needs): Promise<SettingsShown> {
  const { saved, version, remindersSince } = await readSettings(db);
  return { ...settingsOf(configured, saved, remindersSince), version, changed: Object.keys(saved) as never };
}

/** Sets some of them, all or none; `stale` when somebody else has since. Every process goes by it within seconds. */
export async function changeSettings(
  needs: Needs & { clock: Clock; refreshSettings: () => Promise<void> },
  wish: { change: SettingsWish; seenVersion: number; staffId: string },
): Promise<SettingsResult> {
  const { db, clock } = needs;
  const { change, seenVersion, staffId } = wish;
  const at = clock.now();
  const result = await transact(db, async (tx): Promise<SettingsResult> => {
    const { saved, version, remindersSince } = await readSettings(tx);
    if (version !== seenVersion) return { kind: 'stale' };
    const merged = Object.entries({ ...saved, ...change }).filter(([, value]) => value !== null && value !== undefined);
    const read = savedSettingsSchema.safeParse(Object.fromEntries(merged));
    if (!read.success)
      return { kind: 'wrong', fields: [...new Set(read.error.issues.map(({ path }) => String(path[0])))] };
    const keys = (Object.keys(change) as (keyof SavedSettings)[]).filter(
      (key) => !isDeepStrictEqual(saved[key], read.data[key]),
    );
    if (keys.length === 0) return { kind: 'unchanged' };
    const since = keys.includes('reminders') ? at : remindersSince;
    if (!(await writeSettings(tx, { saved: read.data, seenVersion, remindersSince: since, at })))
      return { kind: 'stale' };
    const some = (settings: SavedSettings) => Object.fromEntries(keys.map((key) => [key, settings[key] ?? null]));
    const details = JSON.parse(JSON.stringify({ before: some(saved), after: some(read.data) }));
    await writeAudit(tx, { actor: `staff:${staffId}`, action: 'settings.changed', subject: 'settings', details, at });
    return { kind: 'saved' };
  });
  if (result.kind === 'saved') await needs.refreshSettings();
  return result;
}
