import { stringify } from 'csv-stringify/sync';
import type { Express, Request, Response } from 'express';
import { storableText } from '../../domain/storable.ts';
import { isUuid } from '../../domain/uuid.ts';
import { MAX_IMPORT_BYTES } from '../../flows/import-in-browser.ts';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { CSV_OPTIONS } from '../staff/csv.ts';
import { readStaffForm } from '../staff/frame.ts';
import { requireForm, requireOurForm, requireRole } from '../staff/gate.ts';
import { lineProblem } from '../staff/line-problems.ts';
import { chooseFilePage, importPage } from '../staff/pages/import-page.tsx';
import { readUpload } from '../staff/upload.ts';
import { IMPORT_WORDS } from '../staff/words/import-words.ts';

type Needs = Pick<
  WebNeeds,
  'accounts' | 'badge' | 'shop' | 'csrfSecret' | 'publicUrl' | 'startImport' | 'showImport' | 'answerImport'
>;

const PATH = '/staff/catalogue/import';

/** A manager's catalogue file: chosen, looked at, agreed to; the worker does the rest. */
export function addStaffImportRoutes(app: Express, needs: Needs): void {
  app.get(PATH, async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (frame) sendPage(res, 200, chooseFilePage({ frame }));
  });

  app.post(PATH, async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager', back: PATH });
    if (!frame) return;
    const upload = await readUpload(req, res, MAX_IMPORT_BYTES);
    if (!requireOurForm(needs, req, res, { frame, path: PATH })) return;
    const words = IMPORT_WORDS[frame.locale];
    if (upload.kind !== 'file') {
      const isLarge = upload.kind === 'too_large';
      const problem = isLarge ? words.tooLarge : words.noFile;
      return sendPage(res, isLarge ? 413 : 400, chooseFilePage({ frame, problem }));
    }
    const file = { fileName: storableText(upload.name).slice(0, 200), bytes: Uint8Array.from(upload.bytes) };
    const started = await needs.startImport({ ...file, staffId: frame.staff.id });
    if (started.kind === 'started') return res.redirect(303, `/staff/catalogue/imports/${started.importId}`);
    const open = started.importId ? { openId: started.importId } : {};
    sendPage(res, 409, chooseFilePage({ frame, problem: words.otherOpen, ...open }));
  });

  addOneImportRoutes(app, needs);
}

function addOneImportRoutes(app: Express, needs: Needs): void {
  const importOf = (req: Request) =>
    isUuid(String(req.params.id)) ? needs.showImport(String(req.params.id)) : undefined;
  const managerOf = (req: Request, res: Response) => requireRole(needs, req, res, { role: 'manager' });

  app.get('/staff/catalogue/imports/:id', async (req, res, next) => {
    const frame = await managerOf(req, res);
    if (!frame) return;
    const shown = await importOf(req);
    if (!shown) return next();
    sendPage(res, 200, importPage({ frame, shown }));
  });

  app.get('/staff/catalogue/imports/:id/errors.csv', async (req, res, next) => {
    const frame = await managerOf(req, res);
    if (!frame) return;
    const shown = await importOf(req);
    const tally = shown?.result ?? shown?.preview;
    if (!tally) return next();
    const rows = tally.badLines.map(({ line, problems }) => [
      line,
      problems.map((problem) => lineProblem(frame.locale, problem)).join('; '),
    ]);
    const words = IMPORT_WORDS[frame.locale];
    res.setHeader('Cache-Control', 'no-store');
    res.attachment('errors.csv').type('csv');
    res.send(stringify([[words.line, words.badLines], ...rows], CSV_OPTIONS));
  });

  app.post('/staff/catalogue/imports/:id', readStaffForm, async (req, res, next) => {
    const path = `/staff/catalogue/imports/${encodeURIComponent(String(req.params.id))}`;
    const frame = await requireForm(needs, req, res, { role: 'manager', path });
    if (!frame) return;
    const shown = await importOf(req);
    const { answer } = (req.body ?? {}) as { answer?: unknown };
    if (!shown || (answer !== 'yes' && answer !== 'no')) return next();
    const wish = { importId: shown.id, yes: answer === 'yes', staffId: frame.staff.id };
    const isTaken = await needs.answerImport(wish);
    logOf(res).info({ ...wish, isTaken }, 'an import was answered');
    if (isTaken) return res.redirect(303, path);
    sendPage(res, 409, importPage({ frame, shown, problem: IMPORT_WORDS[frame.locale].decided }));
  });
}
