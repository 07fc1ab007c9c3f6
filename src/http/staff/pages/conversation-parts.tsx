import { formatMicroUsd } from '../../../domain/model-cost.ts';
import type { ConversationPage, ShownTurn } from '../../../flows/show-conversations.ts';
import type { StaffFrame } from '../layout.tsx';
import { CONVERSATION_WORDS } from '../words/conversation-words.ts';
import { MODEL_WORDS } from '../words/model-words.ts';
import { WhatsAppBubble } from './settings-parts.tsx';

/** What the bot did before it spoke, and what that cost: for managers. */
export function TurnDetails({ frame, turn }: { frame: StaffFrame; turn: ShownTurn }) {
  const words = CONVERSATION_WORDS[frame.locale].turn;
  const model = MODEL_WORDS[frame.locale];
  const count = new Intl.NumberFormat(frame.locale);
  const cost = turn.costMicroUsd === null ? model.noPrice : formatMicroUsd(turn.costMicroUsd, frame.locale);
  const facts =
    turn.tokens > 0
      ? [`${count.format(turn.tokens)} ${model.tokens}`, cost, `${count.format(turn.modelMs)} ms`].join(' · ')
      : words.noModel;
  return (
    <details class="small turn">
      <summary>{words.answeredBy[turn.answeredBy] ?? turn.answeredBy}</summary>
      <p class="soft">{facts}</p>
      {turn.error && <p class="lost">{turn.error}</p>}
      <ol>
        {turn.toolCalls.map(({ name, arguments: sent, outcome }, index) => (
          <li key={index}>
            <code>{name}</code> <span class="soft">{argumentsText(sent)}</span> {'→'} {outcome}
          </li>
        ))}
      </ol>
    </details>
  );
}

/** "query: pneus 205/55 R16, max_price: 90". */
const argumentsText = (sent: unknown): string =>
  typeof sent === 'object' && sent !== null
    ? Object.entries(sent)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join(', ')
    : '';

/** In the place of the answer's form while WhatsApp takes no free words. */
export function InviteCard(props: { frame: StaffFrame; conversation: ConversationPage; formKey: string }) {
  const { frame, conversation, formKey } = props;
  const words = CONVERSATION_WORDS[frame.locale];
  const invite = conversation.inviteBack;
  return (
    <section id="answer" class="card">
      <h2>{words.windowClosed}</h2>
      <p>{words.windowClosedAdvice}</p>
      {invite?.kind === 'offered' && (
        <form method="post" action={`/staff/conversations/${conversation.id}/invite`} class="fields">
          <input type="hidden" name="csrf" value={frame.csrfToken} />
          <input type="hidden" name="key" value={formKey} />
          <p>{words.inviteIntro}</p>
          <div class="phone">
            <WhatsAppBubble text={invite.body} />
          </div>
          <button type="submit" class="button primary">
            {words.inviteSend}
          </button>
        </form>
      )}
      {invite && invite.kind !== 'offered' && <p class="notice tone-amber">{words.inviteRefused[invite.kind]}</p>}
    </section>
  );
}
