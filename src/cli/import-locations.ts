import { upsertLocations } from '../db/locations.ts';
import { readLocations } from '../domain/location-file.ts';
import { complain, runCommand, say, withDatabase } from './command.ts';
import { givenFile } from './given-file.ts';

const USAGE = `npm run locations:import -- FILE.json|-
  Creates and updates pickup locations by code: a JSON list of {"code", "name", "address", "hours"}. The code is what the
  catalogue's column "location" names; the rest is what customers read. With "latitude" and "longitude" in degrees, as a
  map shows them, customers who share their own location are shown the nearest. Locations not named stay as they are.
  "-": what is sent to the command, < locations.json.`;

await runCommand(USAGE, async (config, args) => {
  const { bytes } = await givenFile(args);
  const read = readLocations(bytes.toString('utf8'));
  if ('problems' in read) {
    for (const problem of read.problems) complain(problem);
    complain('Nothing was imported.');
    return 1;
  }
  await withDatabase(config, ({ db }) => db.$transaction((tx) => upsertLocations(tx, read.locations)));
  say(`Locations created or updated: ${read.locations.map(({ code }) => code).join(', ')}.`);
  return 0;
});
