import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { LEASE_SECONDS, underLease } from '../../src/db/lease.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const never = () => {
  throw new Error('no renewal fails here');
};

test('a claim is renewed several times before it ends, for as long as the work goes on, and not after it', async () => {
  let renewals = 0;
  let end = () => {};
  const work = new Promise<string>((resolve) => {
    end = () => resolve('done');
  });
  const renew = async () => void renewals++;
  const done = underLease({ renew, onError: never }, () => work);
  await jest.advanceTimersByTimeAsync(LEASE_SECONDS * 1_000 - 1);
  expect(renewals).toBeGreaterThanOrEqual(3);
  end();
  expect(await done).toBe('done');
  const atEnd = renewals;
  await jest.advanceTimersByTimeAsync(60_000);
  expect(renewals).toBe(atEnd);
});

test('a renewal that fails is told and stops nothing; work that fails ends the renewing as well', async () => {
  const told: unknown[] = [];
  const renew = async () => {
    throw new Error('the database is away');
  };
  let fail = (_error: Error) => {};
  const work = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const done = underLease({ renew, onError: (error) => void told.push(error) }, () => work);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(told).toHaveLength(2);
  fail(new Error('the work failed'));
  await expect(done).rejects.toThrow('the work failed');
  await jest.advanceTimersByTimeAsync(60_000);
  expect(told).toHaveLength(2);
});
