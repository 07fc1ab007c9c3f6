import type { ConversationRow, ConversationWish, ConversationList as List } from '../../../flows/show-conversations.ts';
import { formatWhen } from '../../dates.ts';
import { CONVERSATION_GROUPS, inboxAddress } from '../inbox-view.ts';
import { LiveScript, type StaffFrame, StaffLayout } from '../layout.tsx';
import { CONVERSATION_WORDS } from '../words/conversation-words.ts';
import { STAFF_WORDS } from '../words/staff-words.ts';

export type InboxFacts = {
  frame: StaffFrame;
  view: ConversationWish;
  list: List;
  /** The one that is open beside it. */
  openId?: string;
};

function Unread({ frame, row }: { frame: StaffFrame; row: ConversationRow }) {
  if (row.unread === 0) return null;
  const count = row.unread > 99 ? '99+' : String(row.unread);
  return (
    <b class={`unread ${row.isWaiting ? 'urgent' : ''}`}>
      {count} <span class="heard-only">{CONVERSATION_WORDS[frame.locale].unread(row.unread)}</span>
    </b>
  );
}

function Who({ frame, row }: { frame: StaffFrame; row: ConversationRow }) {
  const words = CONVERSATION_WORDS[frame.locale];
  if (row.isWaiting) return <span class="tag tone-red">{words.waiting}</span>;
  if (!row.personUntil) return null;
  const name = row.person?.id === frame.staff.id ? words.you : (row.person?.name ?? words.withPerson);
  return <span class="tag tone-amber">{name}</span>;
}

function Row({ frame, row, isOpen }: { frame: StaffFrame; row: ConversationRow; isOpen: boolean }) {
  const { locale, shop } = frame;
  const words = CONVERSATION_WORDS[locale];
  const { last } = row;
  const before = last && last.speaker !== 'customer' ? '↩ ' : '';
  const said =
    last && (last.nonText ? [words.nonText[last.nonText], last.text].filter(Boolean).join(' · ') : last.text);
  return (
    <li>
      <a class="card row" href={`/staff/conversations/${row.id}#latest`} aria-current={isOpen ? 'page' : undefined}>
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
          <span class="tags">
            {last && <span>{formatWhen(last.at, locale, shop.timezone)}</span>}
            {/* What comes into the open one is being read: the list may be drawn before that is noted down. */}
            {!isOpen && <Unread frame={frame} row={row} />}
          </span>
        </span>
      </a>
    </li>
  );
}

/** What changes while the page is open. */
export function ConversationList(facts: InboxFacts) {
  return (
    <section id="live" class="stack">
      <Rows {...facts} />
    </section>
  );
}

function Pager({ frame, view, list }: Pick<InboxFacts, 'frame' | 'view' | 'list'>) {
  const words = CONVERSATION_WORDS[frame.locale];
  if (!list.isOlder && !list.older) return null;
  return (
    <nav class="acts" aria-label={words.pages}>
      {list.isOlder && (
        <a class="button secondary" rel="prev" href={inboxAddress(view)}>
          {words.toLatest}
        </a>
      )}
      {list.older && (
        <a class="button secondary" rel="next" href={inboxAddress(view, list.older)}>
          {words.older}
        </a>
      )}
    </nav>
  );
}

export function Rows({ frame, view, list, openId }: InboxFacts) {
  const words = CONVERSATION_WORDS[frame.locale];
  const { conversations, isCut, isOlder } = list;
  const isNarrowed = view.query !== undefined || view.group !== 'all';
  const none = isOlder ? words.noneOlder : isNarrowed ? words.noneSuch : words.none;
  return (
    <>
      {isOlder && <p class="soft small">{words.areOlder}</p>}
      {conversations.length === 0 && <p class="card soft">{none}</p>}
      <ul class="rows">
        {conversations.map((row) => (
          <Row key={row.id} frame={frame} row={row} isOpen={row.id === openId} />
        ))}
      </ul>
      {isCut && <p class="soft small">{words.foundTooMany}</p>}
      <Pager frame={frame} view={view} list={list} />
    </>
  );
}

export function conversationsPage(facts: InboxFacts) {
  const { frame, view } = facts;
  const words = CONVERSATION_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={words.conversations} head={<LiveScript about="conversations" />}>
      <h1>{words.conversations}</h1>
      <form method="get" action="/staff/conversations" class="search">
        <label>
          <span class="heard-only">{words.search}</span>
          <input type="search" name="q" value={view.query} placeholder={words.searchHint} maxLength={80} />
        </label>
        <button type="submit" class="button secondary">
          {STAFF_WORDS[frame.locale].search}
        </button>
      </form>
      <nav class="sections" aria-label={words.show}>
        {CONVERSATION_GROUPS.map((group) => (
          <a key={group} href={inboxAddress({ group })} aria-current={group === view.group ? 'true' : undefined}>
            {words.groups[group]}
          </a>
        ))}
      </nav>
      <ConversationList {...facts} />
    </StaffLayout>
  );
}
