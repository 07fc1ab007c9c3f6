import type { SqlPool } from '../../src/db/client.ts';

/** Everything DDL makes in a database, one line each: relations, columns, indexes, constraints, triggers, functions, types. */
export async function schemaShape(pool: SqlPool): Promise<string[]> {
  const { rows } = await pool.query(`
    WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      AND nspname NOT LIKE 'pg_temp%' AND nspname NOT LIKE 'pg_toast_temp%')
    SELECT 'schema ' || nspname AS line FROM pg_namespace WHERE oid IN (SELECT oid FROM ours)
    UNION ALL SELECT concat_ws(' ', 'relation', relnamespace::regnamespace, relname, relkind, relpersistence, reloptions)
      FROM pg_class WHERE relnamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT concat_ws(' ', 'column', c.relname, attname, atttypid::regtype, atttypmod, attnotnull, attgenerated,
        pg_get_expr(d.adbin, d.adrelid))
      FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
      WHERE c.relnamespace IN (SELECT oid FROM ours) AND attnum > 0
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname::regnamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT concat_ws(' ', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', 'function', oid::regprocedure, md5(prosrc)) FROM pg_proc
      WHERE pronamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT concat_ws(' ', 'type', typname, typtype) FROM pg_type WHERE typnamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT concat_ws(' ', 'label', enumtypid::regtype, enumlabel) FROM pg_enum
    UNION ALL SELECT 'extension ' || extname FROM pg_extension
    ORDER BY line`);
  return rows.map(({ line }) => line as string);
}
