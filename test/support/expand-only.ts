import type pg from 'pg';

/**
 * What a migration did to a schema that code from before it may stumble over, told from PostgreSQL's own catalogue before and
 * after: no way of writing it in SQL is missed. Old code goes on reading and writing what it knows, and knows nothing new.
 */
export type Finding = { what: string; subject: string };

type Relation = { oid: number; name: string; kind: string; file: string };
type Column = { table: number; number: number; name: string; type: string; required: boolean; filled: boolean };
type Rule = { oid: number; table: number; name: string; kind: string; columns: number[] };
type Unique = { table: number; name: string; definition: string; columns: number[]; nullsEqual: boolean };
type Trigger = { table: number; name: string; refuses: boolean };
export type Schema = {
  relations: Relation[];
  columns: Column[];
  rules: Rule[];
  uniques: Unique[];
  triggers: Trigger[];
  functions: string[];
  types: string[];
  labels: string[];
};

const OURS = "'public'::regnamespace";
const READ: Record<keyof Schema, string> = {
  relations: `SELECT oid::int, relname AS name, relkind AS kind, relfilenode::text AS file FROM pg_class
    WHERE relnamespace = ${OURS} AND relkind IN ('r', 'p', 'v', 'm', 'S')`,
  columns: `SELECT attrelid::int AS table, attnum AS number, attname AS name, format_type(atttypid, atttypmod) AS type,
      attnotnull AS required, atthasdef OR attidentity <> '' AS filled
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = ${OURS} AND relkind IN ('r', 'p', 'v') AND attnum > 0 AND NOT attisdropped`,
  rules: `SELECT oid::int, conrelid::int AS table, conname AS name, contype AS kind, conkey AS columns FROM pg_constraint
    WHERE connamespace = ${OURS} AND contype IN ('c', 'f', 'x') AND conrelid <> 0`,
  uniques: `SELECT indrelid::int AS table, c.relname AS name, indkey::int2[]::int[] AS columns, indnullsnotdistinct AS "nullsEqual",
      regexp_replace(pg_get_indexdef(indexrelid), '^CREATE UNIQUE INDEX \\S+ ', '') AS definition
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = ${OURS} AND indisunique`,
  triggers: `SELECT tgrelid::int AS table, tgname AS name, prosrc ~* 'raise\\s+exception' AS refuses
    FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid
    WHERE relnamespace = ${OURS} AND NOT tgisinternal`,
  functions: `SELECT oid::regprocedure::text AS item FROM pg_proc
    WHERE pronamespace = ${OURS} AND prorettype <> 'trigger'::regtype`,
  types: `SELECT typname AS item FROM pg_type WHERE typnamespace = ${OURS} AND typtype IN ('e', 'd')`,
  labels: `SELECT t.typname || '.' || enumlabel AS item FROM pg_enum JOIN pg_type t ON t.oid = enumtypid
    WHERE typnamespace = ${OURS}`,
};

export async function readSchema(client: pg.Client): Promise<Schema> {
  const parts = Object.keys(READ) as (keyof Schema)[];
  // Several statements in one message are answered in as many parts.
  const answers = (await client.query(parts.map((part) => READ[part]).join(';\n'))) as unknown as pg.QueryResult[];
  const read = parts.map((part, at) => [part, answers[at]?.rows.map((row) => ('item' in row ? row.item : row))]);
  return Object.fromEntries(read);
}

const KINDS: Record<string, string> = { c: 'a CHECK', f: 'a foreign key', x: 'an exclusion' };
const isTable = ({ kind }: Relation) => kind === 'r' || kind === 'p';

/** Who is where they were, who is not, and how to say which. */
function compare(before: Schema, after: Schema) {
  const names = new Map(before.relations.map(({ oid, name }) => [oid, name]));
  const columnsBefore = new Map(before.columns.map((column) => [`${column.table}.${column.number}`, column]));
  const columnsAfter = new Map(after.columns.map((column) => [`${column.table}.${column.number}`, column]));
  return {
    isOld: (table: number) => names.has(table),
    nameOf: (table: number) => names.get(table) ?? '',
    columnsBefore,
    columnsAfter,
    /** One that old code leaves empty: it was not there, and nothing fills it. */
    isLeftEmpty(table: number, number: number): boolean {
      const column = columnsAfter.get(`${table}.${number}`);
      return column !== undefined && !columnsBefore.has(`${table}.${number}`) && !column.filled;
    },
    isNew: (table: number, number: number) => number > 0 && !columnsBefore.has(`${table}.${number}`),
  };
}
type Compared = ReturnType<typeof compare>;

function inRelations(before: Schema, after: Schema): Finding[] {
  const now = new Map(after.relations.map((relation) => [relation.oid, relation]));
  return before.relations.flatMap((was) => {
    const is = now.get(was.oid);
    if (!is) return [{ what: 'drops', subject: was.name }];
    if (is.name !== was.name) return [{ what: 'renames', subject: was.name }];
    if (isTable(was) && is.file !== was.file)
      return [{ what: 'writes all of it anew, which nobody can read meanwhile:', subject: was.name }];
    return [];
  });
}

function inColumns({ isOld, nameOf, columnsBefore, columnsAfter }: Compared, after: Schema): Finding[] {
  const tables = new Set(after.relations.map(({ oid }) => oid));
  const changed = [...columnsBefore].flatMap(([key, was]): Finding[] => {
    const subject = `${nameOf(was.table)}.${was.name}`;
    const is = columnsAfter.get(key);
    if (!is) return tables.has(was.table) ? [{ what: 'drops', subject }] : [];
    if (is.name !== was.name) return [{ what: 'renames', subject }];
    if (is.type !== was.type) return [{ what: 'changes the type of', subject }];
    if (is.required && !was.required) return [{ what: 'wants a value of', subject }];
    if (is.required && was.filled && !is.filled) return [{ what: 'fills no longer', subject }];
    return [];
  });
  const added = [...columnsAfter].flatMap(([key, is]): Finding[] => {
    if (columnsBefore.has(key) || !isOld(is.table) || !is.required || is.filled) return [];
    return [{ what: 'wants a value of the new', subject: `${nameOf(is.table)}.${is.name}` }];
  });
  return [...changed, ...added];
}

function inRules(before: Schema, after: Schema, { isOld, nameOf, isNew, isLeftEmpty }: Compared): Finding[] {
  const known = new Set(before.rules.map(({ oid }) => oid));
  const rules = after.rules
    .filter(({ oid, table }) => isOld(table) && !known.has(oid))
    // A CHECK of new columns alone holds for whatever fills them; a row without a value points nowhere.
    .filter(
      ({ kind, table, columns }) =>
        !columns?.length || !columns.every((n) => (kind === 'c' ? isNew : isLeftEmpty)(table, n)),
    )
    .map(({ kind, name, table }) => ({ what: `adds ${KINDS[kind]} to`, subject: `${nameOf(table)}.${name}` }));
  const same = (one: Unique) => (other: Unique) => one.table === other.table && one.definition === other.definition;
  const uniques = after.uniques
    .filter((index) => isOld(index.table) && !before.uniques.some(same(index)))
    // Rows without a value in one of its columns are never alike.
    .filter(({ table, columns, nullsEqual }) => nullsEqual || !columns.some((n) => isLeftEmpty(table, n)))
    .map(({ table, name }) => ({ what: 'adds a unique index to', subject: `${nameOf(table)}.${name}` }));
  const tables = new Set(after.relations.map(({ oid }) => oid));
  const gone = before.uniques
    .filter((index) => tables.has(index.table) && !after.uniques.some(same(index)))
    .map(({ table, name }) => ({
      what: 'drops what ON CONFLICT may name, unique',
      subject: `${nameOf(table)}.${name}`,
    }));
  return [...rules, ...uniques, ...gone];
}

function inTriggers(before: Schema, after: Schema, { isOld, nameOf }: Compared): Finding[] {
  const same = (one: Trigger) => (other: Trigger) => one.table === other.table && one.name === other.name;
  const tables = new Set(after.relations.map(({ oid }) => oid));
  return [
    ...before.triggers
      .filter((trigger) => tables.has(trigger.table) && !after.triggers.some(same(trigger)))
      .map(({ table, name }) => ({ what: 'drops trigger', subject: `${nameOf(table)}.${name}` })),
    ...after.triggers
      .filter((trigger) => trigger.refuses && isOld(trigger.table) && !before.triggers.some(same(trigger)))
      .map(({ table, name }) => ({ what: 'adds a trigger that may refuse to', subject: `${nameOf(table)}.${name}` })),
  ];
}

const missing = (before: string[], after: string[]) => before.filter((item) => !after.includes(item));

/** What was done between two looks at a schema that old code may stumble over. */
export function findBreaks(before: Schema, after: Schema): Finding[] {
  const compared = compare(before, after);
  const dropped = [...missing(before.functions, after.functions), ...missing(before.types, after.types)];
  const newLabels = missing(after.labels, before.labels).filter((item) =>
    before.types.includes(item.split('.')[0] ?? ''),
  );
  return [
    ...inRelations(before, after),
    ...inColumns(compared, after),
    ...inRules(before, after, compared),
    ...inTriggers(before, after, compared),
    ...dropped.map((subject) => ({ what: 'drops', subject })),
    // Prisma refuses a row with a word it was not made with.
    ...newLabels.map((subject) => ({ what: 'adds a word that old code cannot read,', subject })),
    ...missing(before.labels, after.labels)
      .filter((item) => after.types.includes(item.split('.')[0] ?? ''))
      .map((subject) => ({ what: 'drops', subject })),
  ];
}

/**
 * What is left of the findings when the migration says of which it is meant, and since which version no code is in their way:
 * `-- contracts: nobody reads orders.x since 0.2.0`. A version that is not released yet does not count: it comes with this one.
 */
export function unexcused(findings: readonly Finding[], sql: string, released: readonly string[]): string[] {
  const excuses = [...sql.matchAll(/^-- contracts: (.+) since (\d+\.\d+\.\d+)\b/gm)];
  return findings.flatMap(({ what, subject }) => {
    const [, , version] = excuses.find(([, words]) => words?.split(/[\s,]+/).includes(subject)) ?? [];
    if (version === undefined) return [`${what} ${subject}`];
    return released.includes(version) ? [] : [`${what} ${subject}: ${version} is not released`];
  });
}
