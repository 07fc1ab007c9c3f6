import { badgeText, type ConcernKind, concernsOf } from '../../../domain/concern.ts';
import type { Concern, Concerns } from '../../../flows/show-concerns.ts';
import { formatWhen } from '../../dates.ts';
import { LiveScript, type StaffFrame, StaffLayout } from '../layout.tsx';
import { CONCERN_WORDS, type ConcernOutcome } from '../words/concern-words.ts';
import { ConcernActs, ConcernFacts } from './concern-line.tsx';

type Props = Concerns & { frame: StaffFrame };

/** Everything that needs somebody of this role, the most pressing first: what it is, since when, what to do. */
export function needsYouPage(props: Props & { outcome?: ConcernOutcome }) {
  const { frame, outcome } = props;
  const words = CONCERN_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={words.needsYou} head={<LiveScript about="concerns" />}>
      <h1>{words.needsYou}</h1>
      {outcome && (
        <p class={`card tone-${outcome.kind === 'gone' ? 'amber' : 'green'}`} role="status">
          {'count' in outcome ? words.outcomes[outcome.kind](outcome.count) : words.outcomes[outcome.kind]}
        </p>
      )}
      <ConcernList {...props} />
    </StaffLayout>
  );
}

/** What changes while the page is open. */
export function ConcernList({ frame, counts, concerns }: Props) {
  const words = CONCERN_WORDS[frame.locale];
  const kinds = concernsOf(frame.staff.role).filter((kind) => concerns.some((concern) => concern.kind === kind));
  return (
    <div id="live" class="stack">
      {kinds.length === 0 && <p class="card tone-green">{words.nothing}</p>}
      {kinds.map((kind) => (
        <KindCard
          key={kind}
          {...{ frame, kind, count: counts[kind] }}
          concerns={concerns.filter((concern) => concern.kind === kind)}
        />
      ))}
    </div>
  );
}

type KindProps = { frame: StaffFrame; kind: ConcernKind; count: number; concerns: Concern[] };

function KindCard({ frame, kind, count, concerns }: KindProps) {
  const { locale, shop } = frame;
  const words = CONCERN_WORDS[locale];
  return (
    <section class="card">
      <div class="between one-line">
        <h2>{words.kinds[kind].title}</h2>
        <b class="badge">{badgeText(count)}</b>
      </div>
      <p class="soft small">{words.kinds[kind].todo}</p>
      <ul class="concerns">
        {concerns.map((concern) => (
          <li key={concern.id}>
            <ConcernFacts frame={frame} concern={concern} />
            <small class="soft">
              {words.since}{' '}
              <time dateTime={concern.since.toISOString()}>{formatWhen(concern.since, locale, shop.timezone)}</time>
            </small>
            <ConcernActs frame={frame} concern={concern} />
          </li>
        ))}
      </ul>
      {count > concerns.length && <p class="soft small">{words.shownOf(concerns.length, badgeText(count))}</p>}
      <AllAtOnce frame={frame} concerns={concerns} />
    </section>
  );
}

/** What can be done about all of a kind together, where there are several. */
function AllAtOnce({ frame, concerns }: Pick<KindProps, 'frame' | 'concerns'>) {
  const words = CONCERN_WORDS[frame.locale];
  const aboutOrders = concerns.filter((concern) => concern.kind === 'message_failed' && concern.facts.orderId);
  const events = concerns.filter(({ kind }) => kind === 'event_failed');
  const all =
    aboutOrders.length > 1
      ? { path: '/staff/needs-you/messages/all/again', label: words.sendAllAgain }
      : events.length > 1 && { path: '/staff/needs-you/events/all/again', label: words.replayAll };
  if (!all) return null;
  return (
    <form method="post" action={all.path}>
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      <button type="submit" class="button primary large">
        {all.label}
      </button>
    </form>
  );
}
