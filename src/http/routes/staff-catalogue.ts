import { randomUUID } from 'node:crypto';
import type { Express, Request, Response } from 'express';
import { MEDIA_RULES } from '../../domain/media.ts';
import { STOCK_CAUSES } from '../../domain/stock-deed.ts';
import { storableText } from '../../domain/storable.ts';
import { isUuid } from '../../domain/uuid.ts';
import { single } from '../identifiers.ts';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { readCatalogueView, wishOf } from '../staff/catalogue-view.ts';
import { readStaffForm } from '../staff/frame.ts';
import { requireForm, requireOurForm, requireRole } from '../staff/gate.ts';
import type { StaffFrame } from '../staff/layout.tsx';
import { cataloguePage } from '../staff/pages/catalogue-page.tsx';
import { type Notice, newProductPage, productPage } from '../staff/pages/product-page.tsx';
import { type ProductFormValues, type ReadProduct, readProductForm, typedProduct } from '../staff/product-form.ts';
import { stockNotice } from '../staff/stock-notice.ts';
import { readUpload } from '../staff/upload.ts';
import { CATALOGUE_WORDS } from '../staff/words/catalogue-words.ts';

type Needs = Pick<
  WebNeeds,
  | 'accounts'
  | 'badge'
  | 'shop'
  | 'csrfSecret'
  | 'publicUrl'
  | 'showCatalogue'
  | 'showProduct'
  | 'previewCounter'
  | 'editProduct'
  | 'addProduct'
  | 'pictureProduct'
  | 'correctStock'
  | 'changeSlot'
>;
type Shown = { frame: StaffFrame; notice?: Notice; typed?: ProductFormValues; status?: number };

const NO_UUID = '00000000-0000-0000-0000-000000000000';
const idOf = (req: Request) => (isUuid(String(req.params.id)) ? String(req.params.id) : NO_UUID);
const pathOf = (req: Request) => `/staff/catalogue/${encodeURIComponent(String(req.params.id))}`;
const fieldsOf = (req: Request) => (req.body ?? {}) as Record<string, unknown>;
const noteOf = (value: unknown, chars: number) => storableText(single(value)).trim().slice(0, chars);

/** What is wrong with a product's form, in words. */
function problemOf(frame: StaffFrame, { wrong }: Extract<ReadProduct, { wrong: unknown }>): Notice {
  const words = CATALOGUE_WORDS[frame.locale].product;
  if (wrong.length === 1 && wrong[0] === 'attributes') return { isGood: false, text: words.badAttributes };
  return { isGood: false, text: words.checkField(wrong.map((name) => words.fields[name]).join(', ')) };
}

/** The product's page as it is now; 404 for one that is not there. */
async function sendProduct(needs: Needs, req: Request, res: Response, shown: Shown): Promise<boolean> {
  const detail = await needs.showProduct(idOf(req));
  if (!detail) return false;
  const { words } = readCatalogueView(req.query);
  const preview = words ? await needs.previewCounter({ words, productId: detail.product.id }) : undefined;
  const { status = 200, ...rest } = shown;
  sendPage(res, status, productPage({ ...rest, detail, requestKey: randomUUID(), words, preview }));
  return true;
}

/** Catalogue pages: whoever is at the counter reads and corrects stock, managers edit. Imports: staff-imports.ts. */
export function addStaffCatalogueRoutes(app: Express, needs: Needs): void {
  app.get('/staff/catalogue', async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'staff' });
    if (!frame) return;
    const view = readCatalogueView(req.query);
    const [page, preview] = await Promise.all([
      needs.showCatalogue(wishOf(view)),
      view.words ? needs.previewCounter({ words: view.words }) : undefined,
    ]);
    sendPage(res, 200, cataloguePage({ frame, view, page, preview }));
  });
  addNewProductRoutes(app, needs);
  addProductRoutes(app, needs);
  addStockRoutes(app, needs);
}

function addNewProductRoutes(app: Express, needs: Needs): void {
  app.get('/staff/catalogue/new', async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (frame) sendPage(res, 200, newProductPage({ frame }));
  });

  app.post('/staff/catalogue/new', readStaffForm, async (req, res) => {
    const path = '/staff/catalogue/new';
    const frame = await requireForm(needs, req, res, { role: 'manager', path });
    if (!frame) return;
    const typed = typedProduct(fieldsOf(req));
    const { currency } = needs.shop;
    const read = readProductForm(typed, { currency, before: {} });
    if ('wrong' in read) return sendPage(res, 400, newProductPage({ frame, typed, notice: problemOf(frame, read) }));
    const product = { ...read.facts, sku: read.sku, currency, stocked: typed.stocked };
    const result = await needs.addProduct({ product, staffId: frame.staff.id });
    if (result.kind === 'added') return res.redirect(303, `/staff/catalogue/${result.productId}`);
    const notice = { isGood: false, text: CATALOGUE_WORDS[frame.locale].product.outcomes.sku_taken };
    sendPage(res, 409, newProductPage({ frame, typed, notice }));
  });
}

function addProductRoutes(app: Express, needs: Needs): void {
  app.get('/staff/catalogue/:id', async (req, res, next) => {
    const frame = await requireRole(needs, req, res, { role: 'staff' });
    if (frame && !(await sendProduct(needs, req, res, { frame }))) next();
  });

  app.post('/staff/catalogue/:id', readStaffForm, async (req, res, next) => {
    const frame = await requireForm(needs, req, res, { role: 'manager', path: pathOf(req) });
    if (!frame) return;
    const detail = await needs.showProduct(idOf(req));
    if (!detail) return next();
    const { id: productId, sku, currency, attributes } = detail.product;
    const typed = { ...typedProduct(fieldsOf(req)), sku };
    const read = readProductForm(typed, { currency, before: attributes });
    if ('wrong' in read) {
      return void sendProduct(needs, req, res, { frame, typed, notice: problemOf(frame, read), status: 400 });
    }
    const seenAt = new Date(Number(single(fieldsOf(req).seen)) || 0);
    const { kind } = await needs.editProduct({ productId, seenAt, facts: read.facts, staffId: frame.staff.id });
    if (kind === 'unknown') return next();
    logOf(res).info({ productId, staffId: frame.staff.id, outcome: kind }, 'a product was edited');
    const isGood = kind !== 'changed_meanwhile';
    const notice = { isGood, text: CATALOGUE_WORDS[frame.locale].product.outcomes[kind] };
    await sendProduct(needs, req, res, { frame, notice, status: isGood ? 200 : 409 });
  });

  app.post('/staff/catalogue/:id/picture', async (req, res, next) => {
    // Who it is before a file is read: a stranger's is not taken into memory.
    const frame = await requireRole(needs, req, res, { role: 'manager', back: pathOf(req) });
    if (!frame) return;
    const upload = await readUpload(req, res, MEDIA_RULES.picture.maxBytes);
    if (!requireOurForm(needs, req, res, { frame, path: pathOf(req) })) return;
    const wish = { productId: idOf(req), staffId: frame.staff.id };
    const kind =
      upload.kind === 'file'
        ? (await needs.pictureProduct({ ...wish, bytes: Uint8Array.from(upload.bytes) })).kind
        : upload.kind === 'too_large'
          ? 'too_large'
          : 'not_a_picture';
    if (kind === 'unknown') return next();
    const isGood = kind === 'pictured';
    const notice = { isGood, text: CATALOGUE_WORDS[frame.locale].product.outcomes[kind] };
    if (!(await sendProduct(needs, req, res, { frame, notice, status: isGood ? 200 : 400 }))) next();
  });
}

function addStockRoutes(app: Express, needs: Needs): void {
  app.post('/staff/catalogue/:id/stock', readStaffForm, async (req, res, next) => {
    const frame = await requireForm(needs, req, res, { role: 'staff', path: pathOf(req) });
    if (!frame) return;
    const fields = fieldsOf(req);
    const cause = STOCK_CAUSES.find((each) => each === fields.cause);
    const [locationId, requestKey, reason] = [single(fields.location), single(fields.key), noteOf(fields.reason, 200)];
    if (!cause || !isUuid(locationId) || !isUuid(requestKey)) return next();
    const quantity = /^[+-]?\d{1,7}$/.test(single(fields.quantity).trim()) ? Number(fields.quantity) : Number.NaN;
    // Where it is missing the form is of the build before.
    const piecesSeen = /^\d{1,9}$/.test(single(fields.pieces)) ? Number(fields.pieces) : undefined;
    const deed = { productId: idOf(req), locationId, cause, quantity, piecesSeen, reason, requestKey };
    const wish = { ...deed, staffId: frame.staff.id };
    const result = reason ? await needs.correctStock(wish) : ({ kind: 'reason_missing' } as const);
    if (result.kind === 'unknown') return next();
    const notice = stockNotice(frame.locale, result);
    if (!(await sendProduct(needs, req, res, { frame, notice, status: notice.isGood ? 200 : 409 }))) next();
  });

  app.post('/staff/catalogue/:id/slot', readStaffForm, async (req, res, next) => {
    const frame = await requireForm(needs, req, res, { role: 'staff', path: pathOf(req) });
    if (!frame) return;
    const fields = fieldsOf(req);
    const locationId = single(fields.location);
    if (!isUuid(locationId)) return next();
    const slot = noteOf(fields.slot, 64) || null;
    const result = await needs.changeSlot({ productId: idOf(req), locationId, slot, staffId: frame.staff.id });
    if (result.kind === 'unknown') return next();
    const notice = stockNotice(frame.locale, result);
    if (!(await sendProduct(needs, req, res, { frame, notice, status: notice.isGood ? 200 : 409 }))) next();
  });
}
