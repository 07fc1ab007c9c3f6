import { enqueueMessage } from '../../src/db/outbox.ts';
import { addStaff } from '../../src/flows/add-staff.ts';
import { createLog } from '../../src/log.ts';
import { staffAt } from './browserless-staff.ts';
import { type EventStream, openEventStream } from './event-stream.ts';
import { STAFF } from './running-shop.ts';
import { createTestDatabase } from './test-database.ts';
import { until } from './until.ts';
import { openWebProcess, type WebProcess } from './web-process.ts';

export const BOSS = { ...STAFF, email: 'boss@shop.example' };

/** Two processes of the web on one database, one member of staff and one manager, and the streams they keep open. */
export async function openLiveShop() {
  const database = await createTestDatabase();
  const logged: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } });
  const [one, two] = [await openWebProcess(database, log), await openWebProcess(database, log)];
  await addStaff(one, { ...STAFF, role: 'staff' });
  await addStaff(one, { ...BOSS, role: 'manager' });
  const streams: EventStream[] = [];
  let customers = 0;

  /** A stream, whether or not it was let in; closed after the test. */
  async function open(web: WebProcess, cookie: string, query = ''): Promise<EventStream> {
    const stream = await openEventStream(`${web.publicUrl}/staff/live${query}`, cookie);
    streams.push(stream);
    return stream;
  }

  return {
    ...{ database, one, two, logged },
    newNumber: () => `whatsapp:+59069001${String(++customers).padStart(4, '0')}`,
    conversationOf: async (channelAddress: string) =>
      (await database.db.conversation.findFirstOrThrow({ where: { customer: { channelAddress } } })).id,
    /** Queues a message of the shop's; its id. */
    async say(customerId: string, body: string): Promise<string> {
      const businessKey = `test:${crypto.randomUUID()}`;
      await enqueueMessage(database.db, { businessKey, customerId, content: { body }, at: new Date() });
      return (await database.db.outboundMessage.findUniqueOrThrow({ where: { businessKey } })).id;
    },
    async loggedIn(web: WebProcess, account: { email: string; password: string } = STAFF) {
      const staff = staffAt(web.publicUrl);
      await staff.logIn(undefined, account);
      return staff;
    },
    open,
    /** A stream that hears by now. */
    async listening(web: WebProcess, cookie: string, query = ''): Promise<EventStream> {
      const stream = await open(web, cookie, query);
      await until('the stream hears', () => stream.count('reread') > 0);
      return stream;
    },
    async closeStreams() {
      for (const stream of streams.splice(0)) await stream.close();
    },
    async close() {
      await one.close();
      await two.close();
      await database.close();
    },
  };
}
export type LiveShop = Awaited<ReturnType<typeof openLiveShop>>;
