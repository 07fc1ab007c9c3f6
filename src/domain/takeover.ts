/** How long a person has a conversation without a word: then the bot speaks again. */
export const PERSON_HOURS = 24;

/** Who has a conversation: `humanSince` null means the bot. */
export type Takeover = {
  /** When the customer called for a person, or staff took over unasked. It names the pause. */
  humanSince: Date | null;
  /** When staff last took over or wrote in this pause; null while nobody has. */
  staffLastAt: Date | null;
};

/** Until when the bot keeps quiet; null when it may speak. A call that nobody answers ends after the same time. */
export function personHasItUntil({ humanSince, staffLastAt }: Takeover): Date | null {
  if (!humanSince) return null;
  const last = Math.max(humanSince.getTime(), staffLastAt?.getTime() ?? 0);
  return new Date(last + PERSON_HOURS * 3600_000);
}

export function personHasIt(takeover: Takeover, now: Date): boolean {
  const until = personHasItUntil(takeover);
  return until !== null && now <= until;
}

/** Whether the customer's last message is for a person who has not answered it. */
export function waitsForPerson(conversation: Takeover & { lastInboundAt: Date | null }, now: Date): boolean {
  const { staffLastAt, lastInboundAt } = conversation;
  if (!personHasIt(conversation, now)) return false;
  return staffLastAt === null || (lastInboundAt !== null && staffLastAt < lastInboundAt);
}
