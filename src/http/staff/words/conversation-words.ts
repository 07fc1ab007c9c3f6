import type { Locale } from '../../../domain/locale.ts';
import type { NonText } from '../../../domain/spoken-content.ts';
import type { ConversationGroup, InviteBack, ShownMessage } from '../../../flows/show-conversations.ts';
import type { AnswerResult, InviteBackResult } from '../../../flows/take-over.ts';
import { en } from './conversation-words-en.ts';
import { es } from './conversation-words-es.ts';
import { fr } from './conversation-words-fr.ts';

type Delivery = NonNullable<ShownMessage['delivery']>;
/** What an answer can come to, beside having been written. */
export type AnswerProblem = Exclude<
  AnswerResult['kind'] | InviteBackResult['kind'],
  'answered' | 'already_answered' | 'unknown' | 'invited'
>;

export type ConversationWords = {
  conversations: string;
  /** Leads from an order to its customer's. */
  conversation: string;
  all: string;
  none: string;
  /** Under the last page of a search that found more. */
  foundTooMany: string;
  /** Lead from page to page. */
  older: string;
  toLatest: string;
  pages: string;
  /** Above a page after the first. */
  areOlder: string;
  noneOlder: string;
  /** Where a search or a filter finds none. */
  noneSuch: string;
  show: string;
  groups: Record<ConversationGroup, string>;
  search: string;
  searchHint: string;
  /** After a number, heard but not seen. */
  unread: (count: number) => string;
  /** Before the date until which the shop may write freely. */
  windowUntil: string;
  inviteIntro: string;
  inviteSend: string;
  inviteRefused: Record<Exclude<InviteBack['kind'], 'offered'>, string>;
  turn: { noModel: string; answeredBy: Record<string, string> };
  /** Tags of the list. */
  waiting: string;
  withPerson: string;
  you: string;
  bot: string;
  formerStaff: string;
  botAnswers: string;
  customerWaits: string;
  /** After a colleague's name. */
  hasIt: string;
  youHaveIt: string;
  /** Before a date. */
  quietUntil: string;
  takeOver: string;
  takeOverFromColleague: string;
  giveBack: string;
  answer: string;
  answerHint: string;
  send: string;
  windowClosed: string;
  windowClosedAdvice: string;
  earlier: string;
  newest: string;
  couldTap: string;
  delivery: Record<Delivery['status'], string>;
  /** Why a message did not arrive, by Twilio's code: https://www.twilio.com/docs/api/errors */
  reasons: Record<number, string>;
  /** Leads from a message that failed to where it is sent again. */
  tryAgain: string;
  /** Before a code we have no words for. */
  errorCode: string;
  nonText: Record<NonText, string>;
  problems: Record<AnswerProblem, string>;
};

export const CONVERSATION_WORDS: Record<Locale, ConversationWords> = { fr, en, es };

/** How far a message got, in words; for a failure also why. */
export function wordOfDelivery(words: ConversationWords, { status, errorCode }: Delivery): string {
  const word = words.delivery[status];
  if ((status !== 'failed' && status !== 'undelivered') || errorCode === null) return word;
  return `${word} · ${words.reasons[errorCode] ?? `${words.errorCode} ${errorCode}`}`;
}
