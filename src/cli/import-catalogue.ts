import { parseArgs } from 'node:util';
import { CatalogueFileError } from '../db/catalogue-file.ts';
import { type ImportReport, importCatalogue } from '../db/catalogue-import.ts';
import { CATALOGUE_COLUMNS } from '../domain/catalogue-line.ts';
import { complain, progressLine, runCommand, say, withDatabase } from './command.ts';
import { givenFile } from './given-file.ts';

const USAGE = `npm run catalogue:import -- FILE.csv|- [--keep-going]
  Creates and updates products by sku. Columns: ${CATALOGUE_COLUMNS.join(', ')}.
  An empty stock is a service. One line per sku and location. "-": what is sent to the command, < products.csv.
  The stock is what lies on the shelf: what is reserved, or paid and not yet handed over, is in it and is not sold again.
  A shop's first import makes the locations the file names from SHOP_NAME, SHOP_ADDRESS and SHOP_HOURS; later ones are
  added with "npm run locations:import".
  Nothing is imported unless every line is good; --keep-going imports the good ones.`;
const MAX_SHOWN = 200;

function showReport(report: ImportReport, keepGoing: boolean): void {
  for (const { line, problems } of report.badLines.slice(0, MAX_SHOWN))
    complain(`line ${line}: ${problems.join('; ')}`);
  const hidden = report.badLines.length - MAX_SHOWN;
  if (hidden > 0) complain(`... and ${hidden} more bad lines`);
  if (report.kind === 'refused') {
    complain(
      `Nothing was imported: ${report.badLines.length} of ${report.lines} lines are bad. --keep-going imports the others.`,
    );
    return;
  }
  const { created, updated, unchanged, stockChanges, locationsMade } = report;
  if (locationsMade.length > 0) {
    say(
      `Pickup locations made from SHOP_NAME, SHOP_ADDRESS and SHOP_HOURS: ${locationsMade.join(', ')}. Their own names, addresses and hours: "npm run locations:import".`,
    );
  }
  say(
    `Imported: ${created} products created, ${updated} updated, ${unchanged} unchanged; ${stockChanges} stock levels changed.`,
  );
  if (keepGoing && report.badLines.length > 0) complain(`${report.badLines.length} bad lines were left out.`);
}

await runCommand(USAGE, async (config, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { 'keep-going': { type: 'boolean', default: false } },
  });
  const file = await givenFile(positionals);
  const keepGoing = values['keep-going'];
  const { name, address, hours } = config.shop;
  const firstLocations = { name, address, hours };
  return withDatabase(config, async ({ db }) => {
    const progress = progressLine();
    const onProgress = ({ lines, bad }: { lines: number; bad: number }) =>
      progress.show(`${lines} lines read${bad > 0 ? `, ${bad} bad` : ''}`);
    try {
      const report = await importCatalogue(db, file.bytes, { keepGoing, firstLocations, onProgress });
      showReport(report, keepGoing);
      return report.badLines.length === 0 ? 0 : 1;
    } catch (error) {
      if (!(error instanceof CatalogueFileError)) throw error;
      complain(`${file.name} was not read: ${error.message}.`);
      return 1;
    }
  });
});
