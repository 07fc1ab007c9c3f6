import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { CONFIG_KEYS, GROUPS, PRODUCTION_KEYS } from '../../src/config-keys.ts';
import { COMMAND_CONNECTIONS, connectionsOf, MIGRATION_CONNECTIONS } from '../../src/domain/connections.ts';

// No engine builds images here: what can be read of these files is held to what is there.
const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const isThere = (file: string) => existsSync(path.join(ROOT, file));

test('the image copies what exists, and everything that runs without being compiled', () => {
  const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
    files.split(' '),
  );
  expect(copied.filter((file) => !isThere(file))).toEqual([]);
  expect(copied).toEqual(
    expect.arrayContaining(['prompts', 'prisma', 'scripts', 'package.json', 'package-lock.json', 'src']),
  );
});

test('image, compose file and Procfile start the same programs, and each has a source', () => {
  const started = (text: string) => [...text.matchAll(/dist\/([\w/-]+)\.js/g)].map(([, program]) => program as string);
  const programs = new Set(['Dockerfile', 'compose.yaml', 'Procfile'].flatMap((file) => started(read(file))));
  expect([...programs].sort()).toEqual(['cli/migrate', 'server', 'worker']);
  for (const program of programs) expect(isThere(`src/${program}.ts`)).toBe(true);
});

test('the web is told the same of memory in the image as on Heroku, and so is the C library', () => {
  const [, flags = ''] = read('Procfile').match(/^web: node (--\S+) dist\/server.js$/m) ?? [];
  expect(read('Dockerfile')).toContain(`CMD ["node", "${flags}", "dist/server.js"]`);
  const { env } = JSON.parse(read('app.json')) as { env: Record<string, { value?: string }> };
  for (const key of ['MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_'])
    expect(read('Dockerfile')).toMatch(new RegExp(`^ENV .*${key}=${env[key]?.value}\\b`, 'm'));
});

test('what must not reach an image stays outside of it', () => {
  const ignored = read('.dockerignore').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.env', '.git', '.data', 'node_modules']));
});

test('the Heroku app has the processes of the Procfile, and asks for all that production wants', () => {
  type Asked = { description?: string; value?: string; required?: boolean; generator?: string };
  const app = JSON.parse(read('app.json')) as { env: Record<string, Asked>; formation: object };
  const processes = [...read('Procfile').matchAll(/^(\w+):/gm)].map(([, name]) => name);
  expect(['release', ...Object.keys(app.formation)].sort()).toEqual(processes.sort());
  // pg reads PGSSLMODE itself, the C library MALLOC_*.
  const others = Object.keys(app.env).filter((key) => !['PGSSLMODE', ...CONFIG_KEYS].includes(key));
  expect(others).toEqual(['MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_']);
  const wanted = [...PRODUCTION_KEYS, ...Object.values(GROUPS).flatMap(({ needed }) => needed)];
  // The add-on sets DATABASE_URL.
  expect(wanted.filter((key) => !(key in app.env) && key !== 'DATABASE_URL')).toEqual([]);
  expect(Object.values(app.env).filter(({ description }) => !description)).toEqual([]);
  for (const key of ['SESSION_SECRET', 'CRON_SECRET']) expect(app.env[key]).toMatchObject({ generator: 'secret' });
});

test('on Heroku a web and a worker fit the plan, twice while a deploy replaces them, once beside migrations and a command', () => {
  type App = { env: Record<string, { value?: string }>; addons: { plan: string }[]; formation: object };
  const app = JSON.parse(read('app.json')) as App;
  expect(app.addons).toEqual([{ plan: 'heroku-postgresql:essential-0' }]);
  expect(app.formation).toMatchObject({ web: { quantity: 1 }, worker: { quantity: 1 } });
  const allowed = 20;
  const poolSize = Number(app.env.DATABASE_POOL_SIZE?.value);
  const pair = connectionsOf('web', poolSize) + connectionsOf('worker', poolSize);
  expect(2 * pair).toBeLessThanOrEqual(allowed);
  expect(pair + MIGRATION_CONNECTIONS + COMMAND_CONNECTIONS).toBeLessThanOrEqual(allowed);
});

test('with compose the migrations alone run as the owner, and only the web is reached, from this machine', () => {
  const [, written = ''] = read('compose.yaml').split('\nservices:');
  const services = new Map(
    [...written.matchAll(/^ {2}(\w+):\n((?: {4}.*\n|\n)+)/gm)].map(([, name = '', body = '']) => [name, body]),
  );
  expect([...services.keys()]).toEqual(['postgres', 'mongodb', 'migrate', 'web', 'worker']);
  const owners = [...services].filter(([, body]) => body.includes('postgresql://comptoir:')).map(([name]) => name);
  expect(owners).toEqual(['migrate']);
  // Only one may: two that build the same image at once are refused. All others wait for this one.
  const builders = [...services].filter(([, body]) => body.includes(' build:')).map(([name]) => name);
  expect([read('compose.yaml').match(/^ +build:/gm), builders]).toEqual([['    build:'], ['migrate']]);
  expect(services.get('mongodb')).toContain('profiles: [mongodb]');
  const published = [...services].flatMap(([name, body]) =>
    [...body.matchAll(/- '([\d.:]+)'/g)].map(([, port]) => `${name} ${port}`),
  );
  expect(published).toEqual(['web 127.0.0.1:3000:3000']);
  const mounted = [...read('compose.yaml').matchAll(/- \.\/(\S+?):/g)].map(([, file]) => file as string);
  expect(mounted.filter((file) => !isThere(file))).toEqual([]);
  // Every variable compose itself fills in stops it when it is empty.
  expect(read('compose.yaml').match(/\$\{(?!\w+:\?)/g)).toBeNull();
});

test('the image runs as nobody special, from a base with a version, and tells when it is ill', () => {
  const image = read('Dockerfile');
  const bases = [...image.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base as string);
  expect(bases.filter((base) => !/^[\w/]+:\d[\w.-]*$/.test(base))).toEqual([]);
  const last = image.slice(image.lastIndexOf('FROM '));
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^HEALTHCHECK .*\/healthz/m);
  // A shell in front of node would keep SIGTERM to itself.
  expect(last).toMatch(/^CMD \["node", /m);
  expect(image).not.toMatch(/^ADD /m);
});
