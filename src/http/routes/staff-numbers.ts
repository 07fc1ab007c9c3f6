import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Express, Request } from 'express';
import { GRAINS } from '../../domain/numbers.ts';
import { readDay } from '../../domain/period.ts';
import type { NumbersWish } from '../../flows/show-numbers.ts';
import { single } from '../identifiers.ts';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { requireRole } from '../staff/gate.ts';
import { numbersCsv, numbersCsvRow } from '../staff/numbers-csv.ts';
import { numbersPage } from '../staff/pages/numbers-page.tsx';

type Needs = Pick<WebNeeds, 'accounts' | 'badge' | 'shop' | 'csrfSecret' | 'showNumbers' | 'exportNumbers'>;

/** What of the address makes no sense is left out, as if it had not been there. */
function wishOf({ query }: Request): NumbersWish {
  const day = readDay(single(query.to));
  return { grain: GRAINS.find((each) => each === query.by) ?? 'day', ...(day && { day }) };
}

/** How the shop is doing, for its managers. */
export function addStaffNumbersRoutes(app: Express, needs: Needs): void {
  app.get('/staff/numbers', async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (frame) sendPage(res, 200, numbersPage({ frame, shown: await needs.showNumbers(wishOf(req)) }));
  });

  app.get('/staff/numbers.csv', async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (!frame) return;
    const wish = wishOf(req);
    const numbers = await needs.exportNumbers(wish);
    res.set({ 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'no-store' });
    res.attachment(`numbers-by-${wish.grain}.csv`);
    await pipeline(Readable.from(numbers.map(numbersCsvRow(frame.locale, wish.grain))), numbersCsv(frame.locale), res);
  });
}
