import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readEnvironment } from '../config.ts';
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, passwordProblem } from '../domain/password.ts';
import { addStaff } from '../flows/add-staff.ts';
import { stopSecondFactorByHand } from '../flows/manage-team.ts';
import { createLog } from '../log.ts';
import type { StaffRole } from '../ports.ts';
import { createGuessablePasswords } from '../vendors/guessable-passwords.ts';
import { createStaffAccounts } from '../vendors/staff-accounts.ts';
import { complain, runCommand, say, UsageError, withDatabase } from './command.ts';

const USAGE = `npm run staff:add -- EMAIL --role staff|manager [--name NAME]
       npm run staff:add -- EMAIL --lost-phone
  Makes an account for the staff pages. The password (at least ${MIN_PASSWORD_CHARS} characters) is read from STAFF_PASSWORD or asked for.
  With --lost-phone: turns off the second factor of an account that exists.`;

/** Asks at the terminal without showing what is typed. */
async function ask(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

async function readPassword(own: readonly string[]): Promise<string> {
  const given = readEnvironment().STAFF_PASSWORD;
  if (!given && !process.stdin.isTTY)
    throw new UsageError('Set STAFF_PASSWORD, or run this in a terminal to be asked.');
  const password = given || (await ask('Password: '));
  const problem = await passwordProblem(createGuessablePasswords().isGuessable, password, own);
  if (problem === 'too_common') {
    throw new UsageError(
      'This password is among the first that anybody would try: take some words without connection.',
    );
  }
  if (problem)
    throw new UsageError(`The password must have ${MIN_PASSWORD_CHARS} to ${MAX_PASSWORD_CHARS} characters.`);
  if (!given && (await ask('Again: ')) !== password) throw new UsageError('The two passwords differ.');
  return password;
}

function readRole(role: string | undefined): StaffRole {
  if (role === 'staff' || role === 'manager') return role;
  throw new UsageError('Say --role staff or --role manager.');
}

await runCommand(USAGE, async (config, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { role: { type: 'string' }, name: { type: 'string' }, 'lost-phone': { type: 'boolean' } },
  });
  const [email = '', ...more] = positionals;
  if (more.length > 0 || !z.email().safeParse(email).success) throw new UsageError('Name one email address.');
  const clock = { now: () => new Date() };
  if (values['lost-phone']) {
    return withDatabase(config, async ({ db }) => {
      const isOff = await stopSecondFactorByHand({ db, clock }, email);
      if (isOff) say(`${email} logs in with the password alone now.`);
      else complain(`There is no account for ${email}, or it has no second factor.`);
      return isOff ? 0 : 1;
    });
  }
  const role = readRole(values.role);
  const name = values.name?.trim() || (email.split('@')[0] ?? email);
  const password = await readPassword([name, email, config.shop.name]);
  return withDatabase(config, async ({ db }) => {
    const accounts = createStaffAccounts({
      db,
      // Signs sessions, of which this makes none.
      secret: config.sessionSecret ?? randomBytes(32).toString('hex'),
      baseUrl: config.publicUrl,
      log: createLog({ level: 'silent' }),
    });
    if ((await addStaff({ db, clock, accounts }, { email, password, name, role })) === 'exists') {
      complain(`There is an account for ${email} already.`);
      return 1;
    }
    say(`Account made: ${email} (${role}). Log in at ${config.publicUrl}/staff`);
    return 0;
  });
});
