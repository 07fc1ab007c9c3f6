import type { ConversationRow } from '../../../flows/show-conversations.ts';
import { formatWhen } from '../../dates.ts';
import { CONVERSATION_WORDS } from '../conversation-words.ts';
import { LiveScript, type StaffFrame, StaffLayout } from '../layout.tsx';
import { STAFF_WORDS } from '../words.ts';

type ListFacts = { frame: StaffFrame; conversations: ConversationRow[]; isCut: boolean };

function Who({ frame, row }: { frame: StaffFrame; row: ConversationRow }) {
  const words = CONVERSATION_WORDS[frame.locale];
  if (row.isWaiting) return <span class="tag tone-red">{words.waiting}</span>;
  if (!row.personUntil) return null;
  const name = row.person?.id === frame.staff.id ? words.you : (row.person?.name ?? words.withPerson);
  return <span class="tag tone-amber">{name}</span>;
}

function Row({ frame, row }: { frame: StaffFrame; row: ConversationRow }) {
  const { locale, shop } = frame;
  const words = CONVERSATION_WORDS[locale];
  const { last } = row;
  const before = last && last.speaker !== 'customer' ? '↩ ' : '';
  const said =
    last && (last.nonText ? [words.nonText[last.nonText], last.text].filter(Boolean).join(' · ') : last.text);
  return (
    <li>
      <a class="card row" href={`/staff/conversations/${row.id}#latest`}>
        <span class="between">
          <b>{row.customerName ?? STAFF_WORDS[locale].noName}</b>
          <Who frame={frame} row={row} />
        </span>
        {said && (
          <span class="last-words">
            {before}
            {said}
          </span>
        )}
        <span class="between soft small">
          <span>{row.maskedPhone}</span>
          {last && <span>{formatWhen(last.at, locale, shop.timezone)}</span>}
        </span>
      </a>
    </li>
  );
}

/** What changes while the page is open. */
export function ConversationList({ frame, conversations, isCut }: ListFacts) {
  const words = CONVERSATION_WORDS[frame.locale];
  return (
    <section id="live" class="stack">
      {conversations.length === 0 && <p class="card soft">{words.none}</p>}
      <ul class="rows">
        {conversations.map((row) => (
          <Row key={row.id} frame={frame} row={row} />
        ))}
      </ul>
      {isCut && <p class="soft small">{words.onlyLatest}</p>}
    </section>
  );
}

export function conversationsPage(facts: ListFacts) {
  const words = CONVERSATION_WORDS[facts.frame.locale];
  return (
    <StaffLayout frame={facts.frame} title={words.conversations} head={<LiveScript about="conversations" />}>
      <h1>{words.conversations}</h1>
      <ConversationList {...facts} />
    </StaffLayout>
  );
}
