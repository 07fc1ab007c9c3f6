import { formatMoney } from '../../../domain/money.ts';
import type { CounterPreview, ProductDetail } from '../../../flows/show-catalogue.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { amountTyped, attributeLines, type ProductFormValues } from '../product-form.ts';
import { CATALOGUE_WORDS, type ProductField } from '../words/catalogue-words.ts';
import { Thumbnail } from './catalogue-page.tsx';
import { CounterPreviewCard } from './counter-preview.tsx';
import { StockCard } from './product-stock.tsx';

export type Notice = { isGood: boolean; text: string };
export type ProductPageFacts = {
  frame: StaffFrame;
  detail: ProductDetail;
  requestKey: string;
  notice?: Notice | undefined;
  /** What was typed, when it could not be saved. */
  typed?: ProductFormValues | undefined;
  words?: string | undefined;
  preview?: CounterPreview | undefined;
};

function NoticeLine({ notice }: { notice: Notice | undefined }) {
  if (!notice) return null;
  return (
    <p role={notice.isGood ? 'status' : 'alert'} class={`notice tone-${notice.isGood ? 'green' : 'red'}`}>
      {notice.text}
    </p>
  );
}

const LONGEST: Record<ProductField, number> = {
  ...{
    sku: 64,
    label: 200,
    brand: 100,
    model: 100,
    category: 100,
    description: 2000,
    attributes: 4000,
    price_minor: 20,
  },
};

function Fields({ frame, values, currency }: { frame: StaffFrame; values: ProductFormValues; currency: string }) {
  const words = CATALOGUE_WORDS[frame.locale].product;
  const field = (name: ProductField, hint?: string) => (
    <label key={name}>
      {words.fields[name]}
      <input type="text" name={name} value={values[name]} required maxLength={LONGEST[name]} />
      {hint && <small class="soft">{hint}</small>}
    </label>
  );
  const area = (name: ProductField, hint?: string) => (
    <label key={name}>
      {words.fields[name]}
      <textarea name={name} rows={4} maxLength={LONGEST[name]}>
        {values[name]}
      </textarea>
      {hint && <small class="soft">{hint}</small>}
    </label>
  );
  return (
    <>
      {field('label')}
      {field('price_minor', words.priceHint(currency))}
      {(['brand', 'model', 'category'] as const).map((name) => field(name))}
      {area('description')}
      {area('attributes', words.attributesHint)}
      <label class="check">
        <input type="checkbox" name="active" value="yes" checked={values.active} />
        <span>
          {words.active} <small class="soft">{words.activeHint}</small>
        </span>
      </label>
    </>
  );
}

function EditCard({ frame, detail: { product }, typed }: ProductPageFacts) {
  const words = CATALOGUE_WORDS[frame.locale].product;
  const values = typed ?? {
    ...product,
    attributes: attributeLines(product.attributes),
    price_minor: amountTyped(product.priceMinor, product.currency),
  };
  return (
    <details class="fold card" open={typed !== undefined}>
      <summary class="button secondary">{words.edit}</summary>
      <form method="post" action={`/staff/catalogue/${product.id}`} class="fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <input type="hidden" name="seen" value={product.updatedAt.getTime()} />
        <Fields frame={frame} values={values} currency={product.currency} />
        <button type="submit" class="button primary">
          {words.save}
        </button>
      </form>
    </details>
  );
}

function PictureForm({ frame, detail: { product } }: ProductPageFacts) {
  const words = CATALOGUE_WORDS[frame.locale].picture;
  return (
    <details class="fold card">
      <summary class="button secondary">{words.title}</summary>
      <form
        method="post"
        action={`/staff/catalogue/${product.id}/picture`}
        encType="multipart/form-data"
        class="fields"
      >
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <label>
          {words.choose}
          <input type="file" name="file" accept="image/jpeg,image/png" required />
          <small class="soft">{words.hint}</small>
        </label>
        <button type="submit" class="button primary">
          {words.send}
        </button>
      </form>
    </details>
  );
}

export function productPage(facts: ProductPageFacts) {
  const { frame, detail, notice } = facts;
  const { product } = detail;
  const words = CATALOGUE_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={product.label}>
      <NoticeLine notice={notice} />
      <section class="card pictured">
        <Thumbnail product={product} size={96} />
        <span class="stack">
          <h1>{product.label}</h1>
          <span class="soft">{product.sku}</span>
          <span>
            <b class="amount">{formatMoney(product.priceMinor, product.currency, frame.locale)}</b>{' '}
            {!product.active && <span class="tag tone-grey">{words.hidden}</span>}
          </span>
          {product.description && <span class="said">{product.description}</span>}
        </span>
      </section>
      {frame.staff.role === 'manager' ? (
        <>
          <EditCard {...facts} />
          <PictureForm {...facts} />
        </>
      ) : (
        <p class="soft">{words.product.managersOnly}</p>
      )}
      {product.stocked && <StockCard {...facts} />}
      <CounterPreviewCard
        frame={frame}
        action={`/staff/catalogue/${product.id}`}
        words={facts.words}
        preview={facts.preview}
        ranks
      />
    </StaffLayout>
  );
}

const EMPTY: ProductFormValues = {
  ...{ sku: '', label: '', brand: '', model: '', category: '', description: '', attributes: '', price_minor: '' },
  ...{ active: true, stocked: true },
};

export function newProductPage({ frame, typed = EMPTY, notice }: Pick<ProductPageFacts, 'frame' | 'typed' | 'notice'>) {
  const words = CATALOGUE_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={words.newProduct}>
      <h1>{words.newProduct}</h1>
      <NoticeLine notice={notice} />
      <form method="post" action="/staff/catalogue/new" class="card fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <label>
          {words.product.fields.sku}
          <input type="text" name="sku" value={typed.sku} required maxLength={LONGEST.sku} />
          <small class="soft">{words.product.skuHint}</small>
        </label>
        <Fields frame={frame} values={typed} currency={frame.shop.currency} />
        <label class="check">
          <input type="checkbox" name="stocked" value="yes" checked={typed.stocked} />
          <span>{words.product.stocked}</span>
        </label>
        <button type="submit" class="button primary">
          {words.product.add}
        </button>
      </form>
    </StaffLayout>
  );
}
