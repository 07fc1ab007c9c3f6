// Writes the import arrows of docs/architecture.md into biome.json: who may import whom, one override per folder.
// `node scripts/biome-arrows.mjs && npm run format` after changing MAY_IMPORT; test/unit/import-arrows.test.ts breaks one on purpose.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MAY_IMPORT = {
  domain: [],
  'ports.ts': ['domain'],
  db: ['domain', 'generated'],
  vendors: ['ports.ts', 'domain'],
  mail: ['domain'],
  flows: ['db', 'ports.ts', 'domain'],
  agent: ['flows', 'db', 'ports.ts', 'domain'],
  jobs: ['agent', 'flows', 'ports.ts', 'domain'],
  http: ['flows', 'ports.ts', 'domain'],
  sandbox: ['domain'],
  cli: ['vendors', 'flows', 'db', 'ports.ts', 'domain', 'config.ts', 'log.ts', 'embedded', 'prompts.ts'],
  embedded: ['domain'],
  // Like dev.ts: a whole shop put together, with stand-ins.
  evals: [
    ...['agent', 'flows', 'db', 'ports.ts', 'domain', 'sandbox', 'embedded', 'cli'],
    ...['config.ts', 'compose.ts', 'bind-sweeps.ts', 'start-worker.ts', 'roles.ts'],
  ],
};
const ENTRIES = [
  'config.ts',
  'config-keys.ts',
  'log.ts',
  'compose.ts',
  'bind-web.ts',
  'bind-sweeps.ts',
  'start-worker.ts',
  'roles.ts',
];
const ROOMS = [...Object.keys(MAY_IMPORT), 'generated', 'embedded', ...ENTRIES];
const VENDOR_SDKS = [
  'stripe',
  'twilio',
  'openai',
  'agenda',
  '@agendajs/*',
  'mongodb',
  'qrcode',
  'nodemailer',
  'better-auth',
  'better-auth/*',
  '@opentelemetry/*',
  '@zxcvbn-ts/*',
];
const DATABASE = ['pg', '@prisma/*', 'prisma'];

function override(room) {
  const allowed = [room, ...MAY_IMPORT[room]];
  const forbidden = ROOMS.filter((other) => !allowed.includes(other));
  const isFile = room.endsWith('.ts');
  // A room is named in an import by its folder after the dots: '../db/orders.ts', '../../db/orders.ts', './ports.ts'.
  const groups = forbidden.flatMap((other) =>
    other.endsWith('.ts')
      ? [`**/${other}`]
      : [`../${other}/**`, `../../${other}/**`, `../../../${other}/**`, ...(isFile ? [`./${other}/**`] : [])],
  );
  const packages = [
    ...(['vendors', 'sandbox'].includes(room) ? [] : VENDOR_SDKS),
    ...(['db', 'vendors'].includes(room) ? [] : DATABASE),
  ];
  return {
    includes: [isFile ? `src/${room}` : `src/${room}/**`],
    linter: {
      rules: {
        style: {
          noRestrictedImports: {
            level: 'error',
            options: {
              patterns: [
                {
                  group: groups,
                  message: `src/${room} may import only: ${MAY_IMPORT[room].join(', ') || 'nothing of ours'}.`,
                },
                ...(packages.length
                  ? [{ group: packages, message: 'SDKs live in vendors/, SQL and Prisma in db/.' }]
                  : []),
              ],
            },
          },
        },
      },
    },
  };
}

const file = path.resolve(import.meta.dirname, '../biome.json');
const biome = JSON.parse(readFileSync(file, 'utf8'));
biome.overrides = Object.keys(MAY_IMPORT).map(override);
writeFileSync(file, `${JSON.stringify(biome, null, 2)}\n`);
