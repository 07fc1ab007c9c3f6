import type pg from 'pg';

/** What would run, or end its attribute, were it not shown as text; named after where it stands. */
export const hostile = (name: string) => `"'><xss-${name}>&`;

/** The name of every hostile text in `html` that would do something. */
export const armed = (html: string): string[] =>
  [...html.matchAll(/<xss-([\w.-]+)|"'>/g)].map(([found, name]) => name ?? found);

/** The names of the hostile texts that `html` shows. */
export const disarmed = (html: string): string[] =>
  [...html.matchAll(/&lt;xss-([\w.-]+)/g)].map(([, name = '']) => name);

/** Columns no person writes: keys, states and addresses the code goes by. Whatever else is text is made hostile. */
const WRITTEN_BY_CODE = new Set([
  ...[
    'currency',
    'locale',
    'status',
    'rating',
    'role',
    'type',
    'approval',
    'cause',
    'number',
    'code',
    'key',
    'id',
    'digest',
    'hash',
  ],
  ...['actor', 'action', 'subject', 'requested_by', 'closed_by', 'started_by', 'created_by', 'answered_by', 'human_by'],
  ...['url', 'image_url', 'receipt_url', 'media_type', 'value', 'identifier', 'password', 'token', 'scope', 'sent_as'],
  ...['channel_address', 'to_address', 'business_key', 'counter_group', 'message_sid', 'twilio_sid', 'content_sid'],
  ...['shelf', 'collected_by', 'payload', 'word', 'job', 'error_code', 'call_key', 'idempotency_key'],
]);
const isWrittenByCode = (column: string) => WRITTEN_BY_CODE.has(column) || /_(id|hash|token|key)$/.test(column);

/** Fields of JSON columns that hold what people, vendors or the model wrote. */
const JSON_WORDS = [
  'body',
  'title',
  'note',
  'label',
  'name',
  'text',
  'description',
  'email',
  'message',
  'arguments',
  'result',
];

type Column = { table_name: string; column_name: string; data_type: string };

/** Puts a hostile text into every text of the database, past its triggers. Tables of tomorrow are in it by themselves. */
export async function makeHostile(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SET session_replication_role = replica');
    const { rows } =
      await client.query<Column>(`SELECT table_name, column_name, data_type FROM information_schema.columns
      JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type IN ('text', 'jsonb') AND is_generated = 'NEVER'
        AND table_name NOT LIKE '\\_prisma%' AND table_name NOT LIKE 'agenda%' AND table_name NOT LIKE 'search%'`);
    for (const { table_name, column_name, data_type } of rows) {
      const text = hostile(`${table_name}.${column_name}`);
      const set =
        data_type === 'jsonb'
          ? `regexp_replace("${column_name}"::text, '("(?:${JSON_WORDS.join('|')})": ")', '\\1' || $1, 'g')::jsonb`
          : `"${column_name}" || $1`;
      if (data_type === 'jsonb')
        await client.query(`UPDATE "${table_name}" SET "${column_name}" = ${set}`, [JSON.stringify(text).slice(1, -1)]);
      else if (!isWrittenByCode(column_name))
        await client.query(`UPDATE "${table_name}" SET "${column_name}" = ${set}`, [text]);
    }
    await client.query('UPDATE products SET attributes = $1', [
      { [hostile('products.attributes')]: hostile('attribute') },
    ]);
  } finally {
    await client.query('RESET session_replication_role');
    client.release();
  }
}
