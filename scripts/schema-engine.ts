// Dev only: Prisma's schema engine as WASM, on @prisma/adapter-pg with three faults mended.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlQuery,
} from '@prisma/driver-adapter-utils';
import * as bg from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const root = path.resolve(import.meta.dirname, '..');

type Stock = Awaited<ReturnType<PrismaPg['connect']>>;
type Adapter = SqlDriverAdapter & { onError(e: unknown): never; performIO(q: SqlQuery): Promise<pg.QueryArrayResult> };
// @types/node 20 does not declare it and lib "dom" would bring the browser's globals
// biome-ignore lint/suspicious/noExplicitAny: see above
declare const WebAssembly: any;

class EngineAdapterFactory extends PrismaPg {
  readonly #cfg: pg.PoolConfig;
  readonly #pools: pg.Pool[] = [];
  constructor(connectionString: string) {
    const u = new URL(connectionString);
    const cfg: pg.PoolConfig = {
      host: u.hostname,
      port: Number(u.port || 5432),
      user: decodeURIComponent(u.username),
      password: decodeURIComponent(u.password),
      database: decodeURIComponent(u.pathname.slice(1)),
      max: 1, // one session: the engine's advisory lock and its work must share it
    };
    super(cfg);
    this.#cfg = cfg;
  }
  async #open(database?: string) {
    const pool = new pg.Pool({ ...this.#cfg, ...(database ? { database } : {}) });
    this.#pools.push(pool);
    const adapter = (await new PrismaPg(pool).connect()) as unknown as Adapter;
    // (1) adapter-pg cannot name the type "char" (oid 18) that introspection reads
    const stock = adapter.queryRaw;
    adapter.queryRaw = async (q) => {
      const res = await adapter.performIO(q);
      const isChar = res.fields.map((f) => f.dataTypeID === 18);
      const fields = res.fields.map((f, i) => (isChar[i] ? { ...f, dataTypeID: 25 } : f));
      const out = await stock.call(
        Object.create(adapter, { performIO: { value: async () => ({ ...res, fields }) } }),
        q,
      );
      return { ...out, columnTypes: out.columnTypes.map((t, i) => (isChar[i] ? ColumnTypeEnum.Character : t)) };
    };
    // (2) the stock executeScript splits at every ';', breaking functions, DO blocks and literals
    adapter.executeScript = async (script) => {
      await pool.query(script).catch((e) => adapter.onError(e));
    };
    return { adapter, pool };
  }
  override async connect() {
    const { adapter } = await this.#open();
    return adapter as unknown as Stock;
  }
  // (3) given a connectionString the stock one replays the migrations in the REAL database
  override async connectToShadowDb() {
    const admin = await this.#open();
    const name = `prisma_shadow_${crypto.randomUUID().replaceAll('-', '')}`;
    await admin.pool.query(`CREATE DATABASE "${name}"`);
    const { adapter, pool } = await this.#open(name);
    adapter.dispose = async () => {
      await pool.end();
      await admin.pool.query(`DROP DATABASE "${name}"`);
    };
    return adapter as unknown as Stock;
  }
  async end() {
    for (const p of this.#pools) if (!p.ended) await p.end();
  }
}

(globalThis as Record<string, unknown>).PRISMA_WASM_PANIC_REGISTRY = {
  set_message: (m: string) => console.error('schema engine panicked:', m),
};
let loaded = false;
export async function withEngine<T>(
  connectionString: string,
  fn: (e: bg.SchemaEngine, schema: bg.SchemaContainer) => Promise<T>,
): Promise<T> {
  if (!loaded) {
    const js = fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
    const { instance } = await WebAssembly.instantiate(readFileSync(js.replace(/\.js$/, '.wasm')), {
      './schema_engine_bg.js': bg,
    });
    bg.__wbg_set_wasm(instance.exports);
    (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
    loaded = true;
  }
  const schema = {
    path: 'prisma/schema.prisma',
    content: readFileSync(path.join(root, 'prisma/schema.prisma'), 'utf8'),
  };
  const factory = new EngineAdapterFactory(connectionString);
  const engine = await bg.SchemaEngine.new(
    { datamodels: [[schema.path, schema.content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory),
  );
  try {
    return await fn(engine, schema);
  } finally {
    engine.free();
    await factory.end();
  }
}

export function migrationsList(dir = path.join(root, 'prisma/migrations')): bg.MigrationList {
  const names = readdirSync(dir, { withFileTypes: true })
    .filter((d) => d.isDirectory())
    .map((d) => d.name)
    .sort();
  return {
    baseDir: dir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(path.join(dir, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
}
// Made by migrations and not Prisma's to manage: Agenda's table, and the order's state table as data.
export const filters = {
  externalTables: ['public.agenda_jobs', 'public.order_transitions', 'public.attempt_transitions'],
  externalEnums: [],
};

/** The SQL still missing from a state to reach schema.prisma ('' when none). */
export const diff = (connectionString: string, from: 'empty' | 'database' | 'migrations') =>
  withEngine(connectionString, async (e, schema) => {
    const r = await e.diff({
      from:
        from === 'empty'
          ? { tag: 'empty' }
          : from === 'database'
            ? { tag: 'schemaDatasource', configDir: root, files: [schema] }
            : { tag: 'migrations', ...migrationsList() },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: true,
      filters,
    });
    return r.exitCode === 0 ? '' : (r.stdout ?? '');
  });

export const applyWithEngine = (connectionString: string) =>
  withEngine(
    connectionString,
    async (e) => (await e.applyMigrations({ migrationsList: migrationsList(), filters })).appliedMigrationNames,
  );

export const diagnose = (connectionString: string) =>
  withEngine(connectionString, (e) =>
    e.diagnoseMigrationHistory({ migrationsList: migrationsList(), optInToShadowDatabase: true, filters }),
  );
