import { expect } from '@jest/globals';
import type { Db } from '../../src/db/client.ts';

/** Every table and column that holds text, and what of `marks` stands in it: "customers.email: ana@". */
export async function findIn(db: Db, marks: readonly string[]): Promise<string[]> {
  const columns = await db.$queryRaw<{ table: string; column: string }[]>`
    SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
      AND (c.data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY'))`;
  expect(columns.length).toBeGreaterThan(80);
  const found: string[] = [];
  for (const { table, column } of columns) {
    for (const mark of marks) {
      const rows = await db.$queryRawUnsafe<{ n: number }[]>(
        `SELECT count(*)::int AS n FROM "${table}" WHERE strpos(lower("${column}"::text), lower($1)) > 0`,
        mark,
      );
      if ((rows[0]?.n ?? 0) > 0) found.push(`${table}.${column}: ${mark}`);
    }
  }
  return found;
}
