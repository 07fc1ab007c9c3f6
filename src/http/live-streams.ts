import type { Response } from 'express';
import { badgeText } from '../domain/concern.ts';
import type { LiveChange } from '../domain/live-change.ts';
import type { StaffRole } from '../domain/staff-role.ts';
import type { Badge } from './staff/badge.ts';

/** What is open for one person at once: pages in sight on a phone and a computer. Browsers allow six per address. */
const STREAMS_PER_PERSON = 5;
/** A reader that has not taken so much is cut off: it connects again and reads from the database. */
const MAX_BACKLOG_BYTES = 1024 * 1024;
const RECONNECT_MS = 2_000;
/** Many changes are one count, which the streams of a process share. */
const BADGE_AFTER_MS = 500;

export type LiveNeeds = {
  /** Hears of every change, after a first `reread`; returns the way out. */
  subscribe(listener: (change: LiveChange | 'reread') => void): () => void;
  /** How often a stream shows that it lives, and asks whether its session still does. */
  heartbeatMs: number;
};

export type NewStream = {
  staffId: string;
  role: StaffRole;
  /** What the session is known by. */
  session: string;
  /** Whether its page shows what changed. */
  isAbout(change: LiveChange): boolean;
  isStillLoggedIn(): Promise<boolean>;
};
type OpenStream = { session: string; end(): void };

export type LiveStreams = {
  /** Makes the answer a stream of events until its session or its reader ends; false when the person has too many. */
  open(res: Response, stream: NewStream): boolean;
  /** Ends what is open for a session here; elsewhere it ends with the next heartbeat. */
  endSession(session: string): void;
};

/** The open event streams of this process, by person. */
export function createLiveStreams({ subscribe, heartbeatMs, badge }: LiveNeeds & { badge: Badge }): LiveStreams {
  const byPerson = new Map<string, Set<OpenStream>>();

  function open(res: Response, { staffId, role, session, isAbout, isStillLoggedIn }: NewStream): boolean {
    const theirs = byPerson.get(staffId) ?? new Set<OpenStream>();
    if (theirs.size >= STREAMS_PER_PERSON) return false;
    // Its reader left while the session was looked up: no close would be heard any more.
    if (res.closed) return true;
    byPerson.set(staffId, theirs);
    const stream = { session, end: () => void res.end() };
    theirs.add(stream);
    const write = writerOf(res);
    write(`retry: ${RECONNECT_MS}\n\n`);
    const heartbeat = setInterval(async () => {
      write(': here\n\n');
      // A database that does not answer says nothing about the session: the next heartbeat asks again.
      if (!(await isStillLoggedIn().catch(() => true))) res.end();
    }, heartbeatMs);
    const badgeTeller = tellBadge({ badge, role, write });
    const unsubscribe = subscribe((change) => {
      if (change === 'reread' || mayMoveBadge(change)) badgeTeller.tell();
      if (change === 'reread') write('event: reread\ndata: {}\n\n');
      else if (isAbout(change)) write(`event: change\ndata: ${JSON.stringify(change)}\n\n`);
    });
    res.once('close', () => {
      clearInterval(heartbeat);
      badgeTeller.stop();
      unsubscribe();
      theirs.delete(stream);
      if (theirs.size === 0) byPerson.delete(staffId);
    });
    return true;
  }

  return {
    open,
    endSession(session) {
      for (const streams of byPerson.values()) {
        for (const stream of streams) if (stream.session === session) stream.end();
      }
    },
  };
}

/** What became of our own messages is told as a concern when it went wrong. */
const mayMoveBadge = ({ kind }: LiveChange) => kind !== 'message_out' && kind !== 'status';

/** Tells a stream the badge's text when it has changed, as `badge` events: counted after the change, not before it. */
function tellBadge({ badge, role, write }: { badge: Badge; role: StaffRole; write: (text: string) => void }) {
  let shown: number | undefined;
  let changedAt = 0;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    timer = undefined;
    // A database that does not answer: the page shows what it showed, and the next change asks again.
    const count = await badge.countFor(role, performance.now() - changedAt).catch(() => shown);
    if (count === undefined || count === shown) return;
    shown = count;
    write(`event: badge\ndata: ${JSON.stringify({ text: badgeText(count) })}\n\n`);
  }

  return {
    tell() {
      changedAt = performance.now();
      timer ??= setTimeout(look, BADGE_AFTER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

/** Writes and never waits: who does not read is cut off before it costs memory. */
function writerOf(res: Response): (text: string) => void {
  res.status(200).set({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies that gather answers would hold events back.
    'x-accel-buffering': 'no',
  });
  res.flushHeaders();
  return (text) => {
    if (res.writableEnded || res.destroyed) return;
    if (res.writableLength > MAX_BACKLOG_BYTES) res.destroy();
    else res.write(text);
  };
}
