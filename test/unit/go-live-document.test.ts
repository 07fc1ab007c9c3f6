import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import {
  goLiveCommands,
  goLiveCommandsInText,
  goLiveVariables,
  type Host,
  npmPartOf,
} from '../support/go-live-document.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const image = read('Dockerfile').slice(read('Dockerfile').lastIndexOf('FROM '));

/** From `stripe:setup` on, what is done once there is a shop. */
const shopCommands = (host?: Host) =>
  goLiveCommands(host)
    .map((command) => npmPartOf(command))
    .filter((part) => part !== undefined);

test('every npm script that docs/go-live.md names exists', () => {
  const commands = [...goLiveCommands(), ...goLiveCommands('docker'), ...goLiveCommands('heroku')];
  const named = [...commands, ...goLiveCommandsInText()].flatMap((command) => npmPartOf(command)?.script ?? []);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !(name in scripts) && name !== 'NAME')).toEqual([]);
});

test.each(['docker', 'heroku'] as const)('on %s the same is done as on a server with Node', (host) => {
  const here = shopCommands().map(({ script, args }) => `${script} ${args}`);
  const there = shopCommands(host).map(
    ({ script, args, file }) => `${script} ${file ? args.replace(/^-$/, file) : args}`,
  );
  // Migrations are run by compose.yaml and the Procfile; the last point is told once for all.
  const [first, end] = [here.indexOf('db:migrate ') + 1, here.findIndex((each) => each.startsWith('order:refund'))];
  expect(there).toEqual(here.slice(first, end));
});

test('what reads a file of the reader is sent it, in the form the host takes', () => {
  const sending = ['docker', 'heroku'].flatMap((host) =>
    [...goLiveCommands(host as Host), ...goLiveCommandsInText()].filter(
      (command) => command.startsWith(host) && command.includes(':import'),
    ),
  );
  expect(sending.length).toBeGreaterThanOrEqual(6);
  // compose refuses a file where it expects a terminal; on a terminal Heroku cuts lines at 4096 bytes and echoes them.
  const form = /^(docker compose run --rm -T worker npm run \S+ -- -|heroku run --no-tty "npm run \S+ -- -") < [\w.]+$/;
  expect(sending.filter((command) => !form.test(command))).toEqual([]);
  // One word for Heroku's CLI, which drops "--" and takes options for its own.
  const unquoted = [...goLiveCommands('heroku'), ...goLiveCommandsInText()].filter((command) =>
    /^heroku run (?!(--no-tty )?"[^"]+"( < \S+)?$)/.test(command),
  );
  expect(unquoted).toEqual([]);
});

test('the image has what its commands need', () => {
  for (const file of ['package.json', 'scripts', 'prisma', 'prompts'])
    expect(image).toMatch(new RegExp(`^COPY .*\\b${file}\\b`, 'm'));
  expect(image).toMatch(/^COPY --from=build \/app\/dist dist$/m);
  const services = [...read('compose.yaml').matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name);
  const used = goLiveCommands('docker').flatMap((command) => /run --rm (?:-T )?(\w+)/.exec(command)?.[1] ?? []);
  expect(used.filter((name) => !services.includes(name))).toEqual([]);
});

test('who sets Heroku up by hand gives it all that app.json would', () => {
  const { env, formation } = JSON.parse(read('app.json')) as {
    env: Record<string, { value?: string }>;
    formation: Record<string, { quantity: number; size: string }>;
  };
  const commands = goLiveCommands('heroku').join('\n');
  const inExample = (key: string, value: string) => read('.env.example').includes(`\n${key}=${value}\n`);
  const given = Object.entries(env).filter(
    ([key, { value }]) => value && !(key in goLiveVariables() || inExample(key, value)),
  );
  expect(given.map(([key, { value }]) => `${key}=${value}`).filter((set) => !commands.includes(` ${set}`))).toEqual([]);
  const scaled = Object.entries(formation).map(([name, { quantity, size }]) => `${name}=${quantity}:${size}`);
  expect(commands).toContain(`heroku ps:scale ${scaled.join(' ')}`);
});
