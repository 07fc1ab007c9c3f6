import { type BrokenRule, verifyDatabase } from '../db/verify.ts';
import { complain, runCommand, say, withDatabase } from './command.ts';

const USAGE = `npm run db:verify
  Checks that stock ledgers, reservations, totals, payments and constraints agree. Changes nothing; exits with 1 and the rows
  that do not.`;
const MAX_SHOWN = 20;

await runCommand(USAGE, async (config) =>
  withDatabase(config, async ({ db }) => {
    const { rules, broken } = await verifyDatabase(db, showRule);
    say(`${rules - broken.length} of ${rules} rules hold.`);
    return broken.length === 0 ? 0 : 1;
  }),
);

function showRule({ rule, rows }: BrokenRule): void {
  if (rows.length === 0) say(`ok        ${rule}`);
  else complain(`NOT TRUE  ${rule} (${rows.length})`);
  for (const row of rows.slice(0, MAX_SHOWN)) complain(`            ${JSON.stringify(row)}`);
  if (rows.length > MAX_SHOWN) complain(`            ... and ${rows.length - MAX_SHOWN} more`);
}
