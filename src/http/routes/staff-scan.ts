import { createRequire } from 'node:module';
import path from 'node:path';
import type { Express, Request, Response } from 'express';
import { readPickupCode } from '../../domain/pickup.ts';
import { single } from '../identifiers.ts';
import type { WebNeeds } from '../needs.ts';
import { sendFragment, sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { readStaffForm, staffFrame } from '../staff/frame.ts';
import { requireForm } from '../staff/gate.ts';
import type { StaffFrame } from '../staff/layout.tsx';
import { type Scanned, ScannedOrder } from '../staff/pages/pickup-page.tsx';
import { scanPage } from '../staff/pages/scan-page.tsx';
import { requireStaff } from '../staff/session.ts';

type Needs = Pick<
  WebNeeds,
  'accounts' | 'badge' | 'shop' | 'csrfSecret' | 'publicUrl' | 'showPickup' | 'collectPickup' | 'listCounters'
>;

/** The decoder, for browsers without one of their own (Safari, Firefox): a script and the WebAssembly it asks for. */
export function addScannerAssets(app: Express): void {
  const { resolve } = createRequire(import.meta.url);
  const script = path.resolve(resolve('barcode-detector/ponyfill'), '../../iife/ponyfill.js');
  const options = { maxAge: '1d' };
  app.get('/assets/barcode/ponyfill.js', (_req, res) => res.sendFile(script, options));
  app.get('/assets/barcode/zxing_reader.wasm', (_req, res) =>
    res.sendFile(resolve('zxing-wasm/reader/zxing_reader.wasm'), options),
  );
}

/** The page's decoder is WebAssembly; no other page may run any. */
function allowWasm(res: Response): void {
  const policy = String(res.getHeader('Content-Security-Policy'));
  res.setHeader('Content-Security-Policy', policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"));
}

const statusOf = (scanned: Scanned): number => {
  if (scanned.kind === 'unknown') return 404;
  return scanned.kind === 'order' || scanned.result.kind === 'collected' ? 200 : 409;
};

/** The page's script asks for what was found alone, and puts it in the page. */
async function send(needs: Needs, res: Response, req: Request, found: { frame: StaffFrame; scanned?: Scanned }) {
  const { frame, scanned } = found;
  const counterId = single(req.query.counter);
  if (scanned) res.status(statusOf(scanned));
  if (scanned && (req.query.part ?? req.body?.part) === 'order')
    return sendFragment(res, ScannedOrder({ frame, scanned }));
  allowWasm(res);
  const counters = await needs.listCounters();
  sendPage(res, res.statusCode, scanPage({ frame, counters, counterId, ...(scanned && { scanned }) }));
}

/** Scanning at the counter: camera or number, the order large, handed over in one tap. */
export function addStaffScanRoutes(app: Express, needs: Needs): void {
  addScannerAssets(app);

  app.get('/staff/scan', async (req, res) => {
    const staff = await requireStaff(needs.accounts, req, res);
    if (!staff) return;
    const frame = await staffFrame(needs, req, staff);
    const code = single(req.query.code).trim();
    if (!code) return send(needs, res, req, { frame });
    const asked = readPickupCode(code);
    const view = asked && (await needs.showPickup(asked));
    const counterId = single(req.query.counter);
    const scanned: Scanned = view ? { kind: 'order', view, code, counterId } : { kind: 'unknown' };
    return send(needs, res, req, { frame, scanned });
  });

  app.post('/staff/scan/collect', readStaffForm, async (req, res) => {
    const frame = await requireForm(needs, req, res, { role: 'staff', path: '/staff/scan' });
    if (!frame) return;
    const { staff } = frame;
    const code = readPickupCode(single(req.body?.code));
    const result = code ? await needs.collectPickup({ code, staff }) : ({ kind: 'unknown' } as const);
    const scanned: Scanned = result.kind === 'unknown' ? { kind: 'unknown' } : { kind: 'tried', result };
    if (result.kind !== 'unknown') {
      logOf(res).info({ orderId: result.view.orderId, staffId: staff.id, outcome: result.kind }, 'pickup tried');
    }
    return send(needs, res, req, { frame, scanned });
  });
}
