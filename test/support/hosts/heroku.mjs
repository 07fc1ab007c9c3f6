// What Heroku's CLI does with the commands of docs/go-live.md, where the dyno is the folder HOST_FOLDER; what is set goes to HOST_CONFIG.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const [verb, ...args] = process.argv.slice(2);
const isSent = args[0] === '--no-tty';
const [command, ...more] = args.slice(isSent ? 1 : 0);
if (verb === 'config:set') {
  for (const each of args) appendFileSync(process.env.HOST_CONFIG, `${each}\0`);
} else if (verb === 'run' && command && more.length === 0) {
  const stdio = [isSent ? 'pipe' : 'ignore', 'inherit', 'inherit'];
  const dyno = spawn('sh', ['-c', command], { cwd: process.env.HOST_FOLDER, stdio });
  if (isSent) {
    process.stdin.pipe(dyno.stdin, { end: false });
    process.stdin.once('end', () => dyno.stdin.write('\u0004'));
  }
  dyno.once('close', (code) => process.exit(code ?? 1));
} else if (!['create', 'addons:create', 'ps:scale', 'domains:add', 'certs:auto:enable'].includes(verb)) {
  console.error(`heroku: not understood: ${process.argv.slice(2).join(' ')}`);
  process.exit(64);
}
