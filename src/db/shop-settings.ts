import { type SavedSettings, savedSettingsSchema } from '../domain/shop-settings.ts';
import type { Db, Tx } from './client.ts';

/** `version` 0: nothing was ever set. */
export type SettingsRow = { saved: SavedSettings; version: number; remindersSince: Date | null };

const NOTHING: SettingsRow = { saved: {}, version: 0, remindersSince: null };

/** What the shop has set itself. Throws where a row is there that cannot be read: better no start than another shop's hours. */
export async function readSettings(db: Db | Tx): Promise<SettingsRow> {
  const row = await db.shopSettings.findUnique({ where: { id: 1 } });
  if (!row) return NOTHING;
  const { version, remindersSince } = row;
  return { saved: savedSettingsSchema.parse(row.saved), version, remindersSince };
}

/** Writes the whole of it over `seenVersion`; false when somebody was quicker. */
export async function writeSettings(
  tx: Tx,
  given: { saved: SavedSettings; seenVersion: number; remindersSince: Date | null; at: Date },
): Promise<boolean> {
  const { saved, seenVersion, remindersSince, at } = given;
  const written = await tx.$executeRaw`
    INSERT INTO shop_settings AS s (id, saved, reminders_since, updated_at)
    SELECT 1, ${JSON.stringify(saved)}::jsonb, ${remindersSince}::timestamptz, ${at}::timestamptz
    WHERE ${seenVersion}::int = 0 OR EXISTS (SELECT FROM shop_settings WHERE id = 1)
    ON CONFLICT (id) DO UPDATE SET saved = EXCLUDED.saved, reminders_since = EXCLUDED.reminders_since,
      updated_at = EXCLUDED.updated_at, version = s.version + 1
    WHERE s.version = ${seenVersion}::int`;
  return written === 1;
}
