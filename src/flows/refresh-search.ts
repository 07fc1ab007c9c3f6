import type { Db } from '../db/client.ts';
import { fillSearchIndex } from '../db/search-index.ts';
import type { SweepResult } from './sweep.ts';

/** Makes findable what was put on sale, or given other words, by hand in the database; imports see to it themselves. */
export async function refreshSearch(needs: { db: Db }): Promise<SweepResult> {
  return { processed: await fillSearchIndex(needs.db) };
}
