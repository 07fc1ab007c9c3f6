import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One kind of record, by id, in the order the ids were first seen. `put` both creates and replaces. */
export type Collection<T> = {
  get(id: string): T | undefined;
  all(): T[];
  put(id: string, value: T): T;
  delete(id: string): void;
};

type Line = { collection: string; id: string; value?: unknown };

/**
 * What the stand-ins remember. With a directory every change is appended to a journal there before the call
 * returns, replayed and compacted at the next start; without one everything is forgotten with the process.
 * A last line cut short by a kill is dropped; any other unreadable line is thrown, since data would be lost.
 */
export class SandboxStore {
  readonly #collections = new Map<string, Map<string, unknown>>();
  #journal: number | undefined;

  constructor(directory?: string) {
    if (directory === undefined) return;
    mkdirSync(directory, { recursive: true });
    const path = join(directory, 'sandbox.jsonl');
    this.#replay(path);
    this.#compact(path);
    this.#journal = openSync(path, 'a');
  }

  collection<T>(name: string): Collection<T> {
    const records = this.#records(name) as Map<string, T>;
    return {
      get: (id) => records.get(id),
      all: () => [...records.values()],
      put: (id, value) => {
        records.set(id, value);
        this.#append({ collection: name, id, value });
        return value;
      },
      delete: (id) => {
        records.delete(id);
        this.#append({ collection: name, id });
      },
    };
  }

  close(): void {
    if (this.#journal !== undefined) closeSync(this.#journal);
    this.#journal = undefined;
  }

  #records(name: string): Map<string, unknown> {
    const known = this.#collections.get(name);
    if (known) return known;
    const fresh = new Map<string, unknown>();
    this.#collections.set(name, fresh);
    return fresh;
  }

  #append(line: Line): void {
    if (this.#journal !== undefined) writeSync(this.#journal, `${JSON.stringify(line)}\n`);
  }

  #replay(path: string): void {
    const lines = readIfThere(path).split('\n');
    // Every whole line ends in a newline, so the last piece is empty unless the process died while writing it.
    lines.pop();
    for (const text of lines) {
      const line = JSON.parse(text) as Line;
      if (line.value === undefined) this.#records(line.collection).delete(line.id);
      else this.#records(line.collection).set(line.id, line.value);
    }
  }

  #compact(path: string): void {
    const fresh = openSync(`${path}.new`, 'w');
    for (const [collection, records] of this.#collections) {
      for (const [id, value] of records) writeSync(fresh, `${JSON.stringify({ collection, id, value })}\n`);
    }
    closeSync(fresh);
    renameSync(`${path}.new`, path);
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
