// `prisma generate` never runs the schema engine, but its CLI insists on the binary being on disk and would download
// it. Naming any executable stops the download, so machines without Prisma's binary host work too (docs/adr/0003).
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const cli = path.join(path.dirname(require.resolve('prisma/package.json')), 'build', 'index.js');
const run = spawnSync(process.execPath, [cli, 'generate', '--no-hints', ...process.argv.slice(2)], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  },
});
process.exit(run.status ?? 1);
