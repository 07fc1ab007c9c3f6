import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import {
  CATALOGUE_COLUMNS,
  type CatalogueLine,
  type CatalogueRecord,
  productKey,
  readCatalogueLine,
} from '../domain/catalogue-line.ts';

export type BadLine = { line: number; problems: string[] };
export type NumberedLine = { line: number; value: CatalogueLine };
type FileItem = { good: NumberedLine } | { bad: BadLine };

/** Thrown when the file as a whole cannot be a catalogue; the message says what to change. */
export class CatalogueFileError extends Error {}

/** A file by its path, or what is in it. */
export type CatalogueSource = string | Uint8Array;

async function firstBytes(source: CatalogueSource): Promise<Buffer> {
  if (typeof source !== 'string') return Buffer.from(source.subarray(0, 4096));
  const handle = await open(source);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0).finally(() => handle.close());
  return buffer.subarray(0, bytesRead);
}

/** In pieces, so that no more records are read than are asked for. */
function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 65_536) yield bytes.subarray(from, from + 65_536);
}

const streamOf = (source: CatalogueSource): Readable =>
  typeof source === 'string' ? createReadStream(source) : Readable.from(piecesOf(source));

/** Spreadsheets of some countries write semicolons: the header tells. */
async function readHeader(source: CatalogueSource): Promise<{ columns: string[]; delimiter: string }> {
  const [first = ''] = (await firstBytes(source))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/);
  const delimiter = first.split(';').length > first.split(',').length ? ';' : ',';
  return { delimiter, columns: first.split(delimiter).map((name) => name.trim().replace(/^"|"$/g, '').toLowerCase()) };
}

function checkColumns(columns: readonly string[]): void {
  const known = new Set<string>(CATALOGUE_COLUMNS);
  const missing = CATALOGUE_COLUMNS.filter((name) => !columns.includes(name));
  const strange = columns.filter((name, index) => !known.has(name) || columns.indexOf(name) !== index);
  if (missing.length === 0 && strange.length === 0) return;
  throw new CatalogueFileError(
    [
      'the first line must name the columns',
      ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
      ...(strange.length > 0 ? [`unknown or doubled: ${strange.map((name) => JSON.stringify(name)).join(', ')}`] : []),
    ].join('; '),
  );
}

/** What later lines must agree with: a product is described once, and lies once at each location. */
function createConsistencyCheck() {
  const products = new Map<string, { key: string; line: number }>();
  const places = new Map<string, number>();
  return (value: CatalogueLine, line: number): string[] => {
    const problems: string[] = [];
    const key = productKey(value);
    const first = products.get(value.sku);
    if (first && first.key !== key) problems.push(`sku is described differently on line ${first.line}`);
    if (!first) products.set(value.sku, { key, line });
    const claims = value.stock
      ? [
          `sku ${value.sku} at ${value.stock.location}`,
          value.stock.slot && `slot ${value.stock.slot} at ${value.stock.location}`,
        ]
      : [`sku ${value.sku}`];
    for (const claim of claims) {
      if (!claim) continue;
      const earlier = places.get(claim);
      if (earlier === undefined) places.set(claim, line);
      else problems.push(`${claim} is on line ${earlier} already`);
    }
    return problems;
  };
}

/** Streams a catalogue file line by line, good or bad. Throws CatalogueFileError when its columns are not ours. */
export async function* readCatalogueFile(source: CatalogueSource): AsyncGenerator<FileItem> {
  const { columns, delimiter } = await readHeader(source);
  checkColumns(columns);
  const unreadable: BadLine[] = [];
  let lastUnreadable = -1;
  const parser = streamOf(source).pipe(
    parse({
      bom: true,
      columns,
      delimiter,
      from_line: 2,
      info: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: (error: CsvError | undefined) => {
        const line = typeof error?.lines === 'number' ? error.lines : 0;
        if (line === lastUnreadable) return undefined; // one line may hold several faults
        lastUnreadable = line;
        unreadable.push({
          line,
          problems: [
            error?.code === 'CSV_RECORD_INCONSISTENT_COLUMNS'
              ? 'has not as many columns as the first line'
              : 'is not readable as CSV: check its quotes',
          ],
        });
        return undefined;
      },
    }),
  );
  const check = createConsistencyCheck();
  for await (const { record, info } of parser as AsyncIterable<{ record: CatalogueRecord; info: { lines: number } }>) {
    yield* unreadable.splice(0).map((bad) => ({ bad }));
    const read = readCatalogueLine(record);
    const problems = 'problems' in read ? read.problems : check(read.line, info.lines);
    yield 'line' in read && problems.length === 0
      ? { good: { line: info.lines, value: read.line } }
      : { bad: { line: info.lines, problems } };
  }
  yield* unreadable.splice(0).map((bad) => ({ bad }));
}
