import { LIMITS } from '../../../domain/outbound-message.ts';
import type { ConversationPage, MessageCursor, ShownMessage } from '../../../flows/show-conversations.ts';
import { formatWhen } from '../../dates.ts';
import { LiveScript, type StaffFrame, StaffLayout } from '../layout.tsx';
import { CONVERSATION_WORDS, type ConversationWords, wordOfDelivery } from '../words/conversation-words.ts';
import { STAFF_WORDS } from '../words/staff-words.ts';
import { InviteCard, TurnDetails } from './conversation-parts.tsx';
import { type InboxFacts, Rows } from './conversations-page.tsx';

type Facts = { frame: StaffFrame; conversation: ConversationPage };
export type ConversationFacts = Facts & {
  /** All conversations, beside this one where the screen has room. */
  inbox: InboxFacts;
  /** True for the page of the latest messages: the others do not change. */
  isLatest: boolean;
  /** Makes the answer on this page one message, however often it is sent. */
  formKey: string;
  /** Why the form that was just sent did nothing, and what was in it. */
  refused?: { problem: string; text: string };
};

export const cursorText = ({ inboundSeq, outboundSeq }: MessageCursor) => `${inboundSeq}-${outboundSeq}`;

function speakerOf(words: ConversationWords, { speaker, staffName }: ShownMessage): string | null {
  if (speaker === 'customer') return null;
  return speaker === 'bot' ? words.bot : (staffName ?? words.formerStaff);
}

function Bubble({ frame, message }: { frame: StaffFrame; message: ShownMessage }) {
  const { locale, shop } = frame;
  const words = CONVERSATION_WORDS[locale];
  const { delivery, nonText, choices } = message;
  const who = speakerOf(words, message);
  const isLost = delivery?.status === 'failed' || delivery?.status === 'undelivered';
  return (
    <li class={`bubble from-${message.speaker}`}>
      {who && <b class="small">{who}</b>}
      {nonText && <i>{words.nonText[nonText]}</i>}
      {message.text && <p class="said">{message.text}</p>}
      {choices.length > 0 && (
        <small class="soft">
          {words.couldTap} {choices.join(' · ')}
        </small>
      )}
      <small class={isLost ? 'lost' : 'soft'}>
        {formatWhen(message.at, locale, shop.timezone)}
        {delivery && ` · ${wordOfDelivery(words, delivery)}`}
      </small>
      {isLost && (
        <a class="small" href="/staff/needs-you">
          {words.tryAgain}
        </a>
      )}
      {message.turn && <TurnDetails frame={frame} turn={message.turn} />}
    </li>
  );
}

/** A form that is one button. */
function Act(props: Facts & { action: 'take-over' | 'give-back'; title: string; look: 'primary' | 'secondary' }) {
  const { frame, conversation, action, title, look } = props;
  return (
    <form method="post" action={`/staff/conversations/${conversation.id}/${action}`}>
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      <button type="submit" class={`button ${look}`}>
        {title}
      </button>
    </form>
  );
}

/** Who answers now, and the buttons that change it. */
function State(facts: Facts) {
  const { frame, conversation } = facts;
  const words = CONVERSATION_WORDS[frame.locale];
  const { person, personUntil, isWaiting } = conversation;
  const isMine = person?.id === frame.staff.id;
  const held = person ? (isMine ? words.youHaveIt : `${person.name} ${words.hasIt}`) : words.customerWaits;
  const takeOver = person ? words.takeOverFromColleague : words.takeOver;
  return (
    <div class={`card ${isWaiting ? 'tone-red' : personUntil ? 'tone-amber' : ''}`}>
      <p>
        <b>{personUntil ? held : words.botAnswers}</b>
      </p>
      {personUntil && (
        <p class="soft small">
          {words.quietUntil} {formatWhen(personUntil, frame.locale, frame.shop.timezone)}.
        </p>
      )}
      <div class="acts">
        {!isMine && <Act {...facts} action="take-over" title={takeOver} look={person ? 'secondary' : 'primary'} />}
        {personUntil && <Act {...facts} action="give-back" title={words.giveBack} look="secondary" />}
      </div>
    </div>
  );
}

/** What changes while the page is open; the answer being written stands outside of it. */
export function ConversationLive(facts: Facts) {
  const { frame, conversation } = facts;
  const words = CONVERSATION_WORDS[frame.locale];
  const { earlier, messages } = conversation;
  return (
    <section id="live" class="stack" data-window={conversation.windowIsOpen ? 'open' : 'closed'}>
      {earlier && (
        <a class="button secondary" href={`/staff/conversations/${conversation.id}?before=${cursorText(earlier)}`}>
          {words.earlier}
        </a>
      )}
      <ol class="bubbles">
        {messages.map((message) => (
          <Bubble key={message.id} frame={frame} message={message} />
        ))}
      </ol>
      <State {...facts} />
    </section>
  );
}

function AnswerForm({ frame, conversation, formKey, refused }: ConversationFacts) {
  const words = CONVERSATION_WORDS[frame.locale];
  // What was written is not thrown away with the window.
  if (!conversation.windowIsOpen && !refused?.text) return <InviteCard {...{ frame, conversation, formKey }} />;
  return (
    <section id="answer" class="card">
      <form method="post" action={`/staff/conversations/${conversation.id}/answer`} class="fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <input type="hidden" name="key" value={formKey} />
        <label>
          {words.answer}
          <textarea name="text" rows={3} required maxLength={LIMITS.bodyChars}>
            {refused?.text}
          </textarea>
          <small class="soft">
            {words.answerHint}
            {conversation.windowEndsAt && (
              <>
                {' '}
                {words.windowUntil} {formatWhen(conversation.windowEndsAt, frame.locale, frame.shop.timezone)}.
              </>
            )}
          </small>
        </label>
        <button type="submit" class="button primary">
          {words.send}
        </button>
      </form>
    </section>
  );
}

export function conversationPage(facts: ConversationFacts) {
  const { frame, conversation, isLatest, refused } = facts;
  const words = CONVERSATION_WORDS[frame.locale];
  const name = conversation.customerName ?? STAFF_WORDS[frame.locale].noName;
  return (
    <StaffLayout
      frame={frame}
      title={name}
      head={isLatest && <LiveScript about={{ conversationId: conversation.id }} />}
    >
      <a href="/staff/conversations">{words.all}</a>
      <span class="between">
        <h1>{name}</h1>
        <span class="soft">{conversation.maskedPhone}</span>
      </span>
      <ConversationLive frame={frame} conversation={conversation} />
      <span id="latest" />
      {refused && (
        <p class="card tone-red" role="alert">
          {refused.problem}
        </p>
      )}
      {isLatest ? (
        <AnswerForm {...facts} />
      ) : (
        <a class="button secondary" href={`/staff/conversations/${conversation.id}#latest`}>
          {words.newest}
        </a>
      )}
      {/* Last, so that nobody walks through all of them on the way to this one. */}
      <aside id="inbox" aria-label={words.conversations} class="stack">
        <Rows {...facts.inbox} openId={conversation.id} />
      </aside>
    </StaffLayout>
  );
}
