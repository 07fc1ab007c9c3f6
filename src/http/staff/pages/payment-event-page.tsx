import type { KeptEvent } from '../../../flows/show-money.ts';
import { formatWhen } from '../../dates.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { MONEY_WORDS } from '../words/money-words.ts';

/** One of Stripe's events as it came, what became of it, and the button to have it worked on again. */
export function paymentEventPage({ frame, event, notice }: { frame: StaffFrame; event: KeptEvent; notice?: string }) {
  const { locale, shop } = frame;
  const words = MONEY_WORDS[locale].event;
  const when = (at: Date) => formatWhen(at, locale, shop.timezone);
  return (
    <StaffLayout frame={frame} title={words.title}>
      {notice && (
        <p class="card tone-blue" role="status">
          {notice}
        </p>
      )}
      <section class="card">
        <h1>
          <code>{event.type}</code>
        </h1>
        <dl class="facts">
          <dt>{words.outcome}</dt>
          <dd>{words.outcomes[event.outcome]}</dd>
          {event.reason && <dt>{words.reason}</dt>}
          {event.reason && <dd>{event.reason}</dd>}
          <dt>{words.tries}</dt>
          <dd>{event.attempts}</dd>
          <dt>{words.happened}</dt>
          <dd>{when(event.happenedAt)}</dd>
          <dt>{words.came}</dt>
          <dd>{when(event.receivedAt)}</dd>
        </dl>
        {event.mayReplay && (
          <form method="post" action={`/staff/events/${event.id}/replay`}>
            <input type="hidden" name="csrf" value={frame.csrfToken} />
            <button type="submit" class="button secondary large">
              {words.replay}
            </button>
          </form>
        )}
      </section>
      <section class="card">
        <h2>{words.payload}</h2>
        <pre class="payload">{JSON.stringify(event.payload, null, 2)}</pre>
      </section>
      <a class="button secondary" href={event.orderId ? `/staff/orders/${event.orderId}` : '/staff/money'}>
        {words.all}
      </a>
    </StaffLayout>
  );
}
