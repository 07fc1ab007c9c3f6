import type { CounterPreview } from '../../../flows/show-catalogue.ts';
import type { StaffFrame } from '../layout.tsx';
import { CATALOGUE_WORDS } from '../words/catalogue-words.ts';
import { ProductRow } from './catalogue-page.tsx';

type Props = {
  frame: StaffFrame;
  action: string;
  /** What a customer might type. */
  words: string | undefined;
  preview: CounterPreview | undefined;
  /** Also says where the page's product stands. */
  ranks?: boolean;
};

/** What a customer typing these words would be shown. */
export function CounterPreviewCard({ frame, action, words: typed, preview, ranks }: Props) {
  const words = CATALOGUE_WORDS[frame.locale].preview;
  return (
    <section class="card stack" id="preview">
      <h2>{words.title}</h2>
      <form method="get" action={`${action}#preview`} class="search">
        <input
          type="search"
          name="typed"
          value={typed}
          placeholder={words.hint}
          aria-label={words.hint}
          maxLength={300}
        />
        <button type="submit" class="button secondary">
          {words.show}
        </button>
      </form>
      {preview && <Found frame={frame} preview={preview} ranks={ranks} />}
    </section>
  );
}

function Found({ frame, preview, ranks }: { frame: StaffFrame; preview: CounterPreview; ranks: boolean | undefined }) {
  const words = CATALOGUE_WORDS[frame.locale].preview;
  const { products, exact, closest, readAs, rank } = preview;
  const verdict = products.length === 0 ? words.nothing : exact ? words.exact : words.near;
  return (
    <>
      <p class={`notice tone-${exact ? 'green' : 'amber'}`}>{verdict}</p>
      {readAs.map(({ typed, taken }) => (
        <p key={typed}>{words.readAs(typed, taken.join(', '))}</p>
      ))}
      {ranks && <p>{rank === null ? words.notRanked : words.rank(rank)}</p>}
      <ul class="rows">
        {products.map((product, index) => (
          <ProductRow
            key={product.id}
            frame={frame}
            product={product}
            place={`${index + 1}.${index >= closest ? ` (${words.also})` : ''}`}
          />
        ))}
      </ul>
    </>
  );
}
