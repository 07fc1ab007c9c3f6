// What `docker compose` does with the commands of docs/go-live.md, where the image is the folder HOST_FOLDER.
import { spawnSync } from 'node:child_process';

const [compose, verb, ...args] = process.argv.slice(2);
const isKnown = compose === 'compose' && ['build', 'up', 'run'].includes(verb);
if (isKnown && verb !== 'run') process.exit(0);
const isSent = args[1] === '-T';
const [service, program, ...rest] = args.slice(isSent ? 2 : 1);
if (!isKnown || args[0] !== '--rm' || !['worker', 'migrate'].includes(service)) {
  console.error(`docker: not understood: ${process.argv.slice(2).join(' ')}`);
  process.exit(64);
}
// Without -T it wants a terminal, and what is sent does not arrive.
const stdio = [isSent ? 'inherit' : 'ignore', 'inherit', 'inherit'];
process.exit(spawnSync(program, rest, { cwd: process.env.HOST_FOLDER, stdio }).status ?? 1);
