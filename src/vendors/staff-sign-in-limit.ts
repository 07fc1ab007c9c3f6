import { createHash } from 'node:crypto';
import type { Auth } from 'better-auth';
import { networkOf } from '../domain/network.ts';

type Adapter = Pick<Awaited<Auth['$context']>['adapter'], 'incrementOne' | 'findOne' | 'create' | 'deleteMany'>;
/** `device`: a browser that logged in to this account before (staff-known-device.ts). */
type Who = { email: string; ip: string; device?: string | undefined };
type Bucket = { key: string; max: number; windowMs?: number };
type Purpose = 'sign-in' | 'own-account' | 'forgot';

const WINDOW_MS = 60_000;
const HOUR_MS = 60 * WINDOW_MS;
/** Of an account, in a fixed hour. Any sixty minutes touch two of those: ASVS 2.2.1's hundred holds however they are counted. */
const FAILURES_AN_HOUR = 50;
/** Of these, what strangers cannot use up: who logged in before gets in while they go on guessing. */
const KEPT_FOR_DEVICES = 10;
/** A code of an app is taken in its own half minute and in the ones before and after. */
const CODE_WINDOW_MS = 120_000;
const model = 'rateLimit';

/**
 * Five tries a minute for one account from one network, or by one browser that is known to it; looser ceilings on a network
 * (guessing many accounts from one place) and on an account (guessing it from many places), which a busy shop behind one
 * address does not meet. `own` comes before the account's, so that one place alone never fills those.
 */
function bucketsOf(purpose: Purpose, { email, ip, device }: Who) {
  const account = email.trim().toLowerCase();
  const network = networkOf(ip);
  const place = device === undefined ? network : `device ${device}`;
  const own = { key: bucketKey(`${purpose}:account+ip`, `${account} ${place}`), max: 5 };
  const ofAll = FAILURES_AN_HOUR - (device === undefined ? KEPT_FOR_DEVICES : 0);
  const hour = { key: bucketKey(`${purpose}:hour`, account), max: ofAll, windowMs: HOUR_MS };
  const byAnybody = [
    { key: bucketKey(`${purpose}:ip`, network), max: 30 },
    own,
    { key: bucketKey(`${purpose}:account`, account), max: 20 },
  ];
  const minute = device === undefined ? byAnybody : [own];
  // Asking for a link guesses nothing.
  return { own, hour, all: purpose === 'forgot' ? minute : [...minute, hour] };
}

// Hashed: the table holds no address of anyone, and what was typed cannot overflow the index.
const bucketKey = (kind: string, value: string) => `${kind}:${createHash('sha256').update(value).digest('base64url')}`;

const isKey = (key: string) => ({ field: 'key', value: key });

/**
 * Counts one try in a bucket; false when it is full. Each step is one conditional write, so parallel tries all count.
 * `lastRequest`, as better-auth calls it, is when the bucket's window ends.
 */
async function take(adapter: Adapter, bucket: Bucket, nowMs: number): Promise<boolean> {
  const { key, max, windowMs = WINDOW_MS } = bucket;
  const counted = await adapter.incrementOne({
    model,
    where: [
      isKey(key),
      { field: 'lastRequest', operator: 'gt', value: nowMs },
      { field: 'count', operator: 'lt', value: max },
    ],
    increment: { count: 1 },
  });
  if (counted) return true;
  const row = await adapter.findOne<{ count: number; lastRequest: number | bigint }>({ model, where: [isKey(key)] });
  if (row && Number(row.lastRequest) > nowMs) {
    // Not full: a parallel try made the row between our two looks.
    return row.count < max && take(adapter, bucket, nowMs);
  }
  // Windows that are over are of no use to anyone, this one included.
  await adapter.deleteMany({ model, where: [{ field: 'lastRequest', operator: 'lte', value: nowMs }] });
  try {
    await adapter.create({ model, data: { key, count: 1, lastRequest: nowMs + windowMs } });
    return true;
  } catch (error) {
    // A parallel try made the row first: count in it.
    if (await adapter.findOne({ model, where: [isKey(key)] })) return take(adapter, bucket, nowMs);
    throw error;
  }
}

/** Counts this try; false when any of its buckets is full. */
export async function mayTry(adapter: Adapter, purpose: Purpose, who: Who, nowMs: number): Promise<boolean> {
  for (const bucket of bucketsOf(purpose, who).all) {
    if (!(await take(adapter, bucket, nowMs))) return false;
  }
  return true;
}

/**
 * The right password clears the account's tries from this place: someone who types it often is not guessing. Of the account's
 * hour it takes back its own try only, and none of what others guessed.
 */
export async function forgetTries(adapter: Adapter, purpose: Purpose, who: Who): Promise<void> {
  const { own, hour } = bucketsOf(purpose, who);
  await adapter.deleteMany({ model, where: [isKey(own.key)] });
  const isCounted = { field: 'count', operator: 'gt', value: 0 } as const;
  await adapter.incrementOne({ model, where: [isKey(hour.key), isCounted], increment: { count: -1 } });
}

/** Whether a right code of an app comes for the first time: it opens one session (RFC 6238, section 5.2). */
export const isFirstUse = (adapter: Adapter, { userId, code }: { userId: string; code: string }, nowMs: number) =>
  take(adapter, { key: bucketKey('app-code', `${userId} ${code}`), max: 1, windowMs: CODE_WINDOW_MS }, nowMs);
