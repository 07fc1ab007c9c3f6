import type { Db } from '../../src/db/client.ts';
import type { Payments } from '../../src/ports.ts';

/** Thrown in place of whatever a killed process would have done next. */
export class Killed extends Error {
  override name = 'Killed';
}

/**
 * The same needs in the hands of a process that is killed in the middle of its work: after so many steps nothing it
 * does has an effect any more, its own clean-up included. Each statement and each call to Stripe is two steps, so that
 * it may die before one or after it without having heard the answer. Transactions it leaves open are rolled back, as
 * PostgreSQL does when a connection is lost.
 */
export function mortal<T extends { db: Db; payments: Payments }>(needs: T, stepsToLive: number): T {
  let steps = 0;
  const step = () => {
    if (steps++ >= stepsToLive) throw new Killed('killed');
  };
  async function inTwoSteps<R>(work: () => Promise<R>): Promise<R> {
    step();
    const answer = await work();
    step();
    return answer;
  }
  const db = needs.db.$extends({
    query: { $allOperations: ({ args, query }) => inTwoSteps(() => query(args)) },
  }) as unknown as Db;
  const asked: (keyof Payments)[] = [
    'createCheckoutSession',
    'retrieveCheckoutSession',
    'expireCheckoutSession',
    'lastPaymentError',
    'orderOfPaymentIntent',
    'refund',
    'retrieveRefund',
    'listRefunds',
    'listCharges',
    'retrieveDispute',
    'retrieveFraudWarning',
  ];
  const payments = { ...needs.payments };
  for (const name of asked) {
    const call = needs.payments[name] as (...args: unknown[]) => Promise<unknown>;
    Object.assign(payments, { [name]: (...args: unknown[]) => inTwoSteps(() => call(...args)) });
  }
  return { ...needs, db, payments };
}
