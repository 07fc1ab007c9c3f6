import type { Locale } from '../../../domain/locale.ts';
import { formatMicroUsd } from '../../../domain/model-cost.ts';
import type { SellingCost } from '../../../flows/show-selling-cost.ts';
import type { OrderDetail } from '../../../flows/show-staff-orders.ts';
import { MODEL_WORDS } from '../words/model-words.ts';

/** "$0.0123 · 5 answers by the model · 23,456 tokens (61 % cached)"; nothing where no model answered. */
export function TalkCostFact({ locale, talk }: { locale: Locale; talk: OrderDetail['talk'] }) {
  if (talk.modelTurns === 0) return null;
  const words = MODEL_WORDS[locale];
  const count = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const cached = percent.format(talk.inputTokens > 0 ? talk.cachedInputTokens / talk.inputTokens : 0);
  const parts = [
    talk.microUsd === null ? words.noPrice : formatMicroUsd(talk.microUsd, locale),
    `${count.format(talk.modelTurns)} ${words.answers}`,
    `${count.format(talk.inputTokens + talk.outputTokens)} ${words.tokens} (${cached} ${words.ofThemCached})`,
  ];
  return (
    <>
      <dt>{words.talk}</dt>
      <dd>{parts.join(' · ')}</dd>
    </>
  );
}

/** What the model cost in a week, and for each order that was paid in it. */
export function SellingCostCard({ locale, cost }: { locale: Locale; cost: SellingCost }) {
  if (cost.calls === 0) return null;
  const words = MODEL_WORDS[locale];
  const { perPaidOrderMicroUsd: perOrder } = cost;
  return (
    <section class="card">
      <h2>{words.week}</h2>
      <ul class="ledger">
        <li>
          <span>
            {new Intl.NumberFormat(locale).format(cost.calls)} {words.calls}
          </span>
          <b class="amount">{formatMicroUsd(cost.microUsd, locale)}</b>
        </li>
        <li>
          <span>{words.perPaidOrder}</span>
          <b class="amount">{perOrder === null ? words.noPaidOrder : formatMicroUsd(perOrder, locale)}</b>
        </li>
      </ul>
    </section>
  );
}
