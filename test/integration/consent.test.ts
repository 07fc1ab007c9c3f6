import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportCustomer } from '../../src/db/export-customer.ts';
import { KEPT_DAYS } from '../../src/domain/retention.ts';
import { applyRetention } from '../../src/flows/apply-retention.ts';
import { learnFromFailure } from '../../src/flows/learn-from-failure.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, OPT_OUT_KEY, openPhone } from '../support/conversation.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());

const phone = (address?: string) => openPhone(agentNeeds(database), address);
const historyOf = (customerId: string) =>
  database.db.consentEvent.findMany({ where: { customerId }, orderBy: { seq: 'asc' } });
const inShort = async (customerId: string) =>
  (await historyOf(customerId)).map(({ kind, how, word }) => `${kind} ${how} ${word}`);

test('every STOP and START is kept once with its words, its message and its time, wherever in a burst it stands', async () => {
  const ana = phone();
  await ana.says('bonjour');
  const { id } = await ana.customer();
  expect(await inShort(id)).toEqual([]);
  await ana.says('bonjour', 'Stop !', 'merci');
  await ana.says('STOP');
  await ana.says('START', 'vous avez des pneus ?');
  expect(await inShort(id)).toEqual([
    ...['opted_out message Stop !', 'opted_out message STOP', 'opted_in message START'],
  ]);
  const [first] = await historyOf(id);
  const said = await database.db.inboundMessage.findUniqueOrThrow({ where: { messageSid: first?.messageSid ?? '' } });
  expect(said).toMatchObject({ body: 'Stop !', receivedAt: first?.happenedAt, customerId: id });
});

test('it can be added to, and never changed or deleted', async () => {
  const ana = phone();
  await ana.says('STOP');
  const { id } = await ana.customer();
  await expect(database.db.consentEvent.updateMany({ data: { word: 'START' } })).rejects.toThrow(/only ever added to/);
  await expect(database.db.consentEvent.deleteMany({ where: { customerId: id } })).rejects.toThrow(
    /only ever added to/,
  );
  // Not what was said, or when, even while somebody is erased.
  const erasing = database.db.$transaction([
    database.db.$executeRaw`SELECT set_config('comptoir.erasing', 'on', true)`,
    database.db.consentEvent.updateMany({ where: { customerId: id }, data: { kind: 'opted_in' } }),
  ]);
  await expect(erasing).rejects.toThrow(/only ever added to/);
});

test('that Twilio knows of a STOP is written down once', async () => {
  const ana = phone();
  await ana.says('bonjour');
  const { id } = await ana.customer();
  const { db } = database;
  const needs = { db, clock: { now: () => new Date() }, log: silentLog };
  for (let times = 0; times < 2; times++)
    await learnFromFailure(needs, { kind: 'opted_out' }, { outboundId: '', customerId: id, contentSid: null });
  expect(await inShort(id)).toEqual(['opted_out twilio null']);
});

test('they may read it, and when they are forgotten it becomes a hash, until five years are over', async () => {
  const ana = phone();
  const { db } = database;
  await ana.says('STOP');
  const { id, channelAddress } = await ana.customer();
  const given = await exportCustomer(db, { customerId: id, actor: 'operator', at: new Date() });
  expect(given.consentEvents).toMatchObject([{ kind: 'opted_out', how: 'message', word: 'STOP' }]);
  for (const words of ['oublie-moi', 'oui']) await ana.says(words);
  const addressHash = createHmac('sha256', OPT_OUT_KEY).update(channelAddress).digest('hex');
  expect(await historyOf(id)).toMatchObject([{ kind: 'opted_out', word: null, messageSid: null, addressHash }]);

  const again = phone(channelAddress);
  await again.says('bonjour');
  const stranger = await again.customer();
  expect(await inShort(stranger.id)).toEqual(['opted_out remembered null']);

  const sweep = (days: number) => {
    const clock = { now: () => new Date(Date.now() + days * 24 * 3600_000) };
    return applyRetention({ db, clock, log: silentLog, optOutKey: OPT_OUT_KEY });
  };
  await sweep(KEPT_DAYS.consentOfForgotten - 1);
  expect(await historyOf(id)).toHaveLength(1);
  await sweep(KEPT_DAYS.consentOfForgotten + 1);
  expect(await historyOf(id)).toHaveLength(0);
});
