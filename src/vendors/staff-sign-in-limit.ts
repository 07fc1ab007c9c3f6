import { createHash } from 'node:crypto';
import type { Auth } from 'better-auth';

type Adapter = Pick<Awaited<Auth['$context']>['adapter'], 'incrementOne' | 'findOne' | 'create' | 'deleteMany'>;
type Who = { email: string; ip: string };
type Bucket = { key: string; max: number; windowMs?: number };
type Purpose = 'sign-in' | 'own-account' | 'forgot';

const WINDOW_MS = 60_000;
/** A code of an app is taken in its own half minute and in the ones before and after. */
const CODE_WINDOW_MS = 120_000;
const model = 'rateLimit';

/**
 * Five tries a minute for one account from one address; looser ceilings on an address (guessing many accounts from one
 * place) and on an account (guessing it from many places), which a busy shop behind one address does not meet.
 */
function bucketsOf(purpose: Purpose, { email, ip }: Who) {
  const account = email.trim().toLowerCase();
  return [
    { key: bucketKey(`${purpose}:ip`, ip), max: 30 },
    { key: bucketKey(`${purpose}:account`, account), max: 20 },
    { key: bucketKey(`${purpose}:account+ip`, `${account} ${ip}`), max: 5 },
  ];
}

// Hashed: the table holds no address of anyone, and what was typed cannot overflow the index.
const bucketKey = (kind: string, value: string) => `${kind}:${createHash('sha256').update(value).digest('base64url')}`;

const isKey = (key: string) => ({ field: 'key', value: key });

/** Counts one try in a bucket; false when it is full. Each step is one conditional write, so parallel tries all count. */
async function take(adapter: Adapter, bucket: Bucket, nowMs: number): Promise<boolean> {
  const { key, max, windowMs = WINDOW_MS } = bucket;
  const windowStart = nowMs - windowMs;
  const counted = await adapter.incrementOne({
    model,
    where: [
      isKey(key),
      { field: 'lastRequest', operator: 'gt', value: windowStart },
      { field: 'count', operator: 'lt', value: max },
    ],
    increment: { count: 1 },
  });
  if (counted) return true;
  const row = await adapter.findOne<{ count: number; lastRequest: number | bigint }>({ model, where: [isKey(key)] });
  if (row && Number(row.lastRequest) > windowStart) {
    // Not full: a parallel try made the row between our two looks.
    return row.count < max && take(adapter, bucket, nowMs);
  }
  // Windows that are over are of no use to anyone, this one included.
  const isOver = { field: 'lastRequest', operator: 'lte' } as const;
  await adapter.deleteMany({ model, where: [isKey(key), { ...isOver, value: windowStart }] });
  await adapter.deleteMany({ model, where: [{ ...isOver, value: nowMs - CODE_WINDOW_MS }] });
  try {
    await adapter.create({ model, data: { key, count: 1, lastRequest: nowMs } });
    return true;
  } catch (error) {
    // A parallel try made the row first: count in it.
    if (await adapter.findOne({ model, where: [isKey(key)] })) return take(adapter, bucket, nowMs);
    throw error;
  }
}

/** Counts this try; false when any of its buckets is full. */
export async function mayTry(adapter: Adapter, purpose: Purpose, who: Who, nowMs: number): Promise<boolean> {
  for (const bucket of bucketsOf(purpose, who)) {
    if (!(await take(adapter, bucket, nowMs))) return false;
  }
  return true;
}

/** The right password clears the account's tries from this address: someone who types it often is not guessing. */
export async function forgetTries(adapter: Adapter, purpose: Purpose, who: Who): Promise<void> {
  const key = bucketsOf(purpose, who).at(-1)?.key;
  if (key) await adapter.deleteMany({ model, where: [isKey(key)] });
}

/** Whether a right code of an app comes for the first time: it opens one session (RFC 6238, section 5.2). */
export const isFirstUse = (adapter: Adapter, { userId, code }: { userId: string; code: string }, nowMs: number) =>
  take(adapter, { key: bucketKey('app-code', `${userId} ${code}`), max: 1, windowMs: CODE_WINDOW_MS }, nowMs);
