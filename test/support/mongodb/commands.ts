import { aggregate } from 'mingo';
import type { BSON } from 'mongodb';
import { Collection, MongodbRefusal } from './store.ts';

type Document = BSON.Document;
export type Store = Map<string, Collection>;
type Command = (collection: Collection, command: Document, namespace: string) => Document;

const ONE_BATCH = { id: 0n };

const hello = () => ({
  ismaster: true,
  isWritablePrimary: true,
  helloOk: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  // MongoDB 7.0, standing alone: the driver repeats no write by itself.
  maxWireVersion: 21,
  readOnly: false,
});

const findAndModify: Command = (collection, command) => {
  if (command.fields) throw new MongodbRefusal(9, 'FailedToParse', 'the stand-in projects nothing');
  const [before] = collection.find(command.query ?? {}, { sort: command.sort, limit: 1 });
  if (command.remove) {
    collection.remove(before ? [before] : []);
    return { lastErrorObject: { n: before ? 1 : 0 }, value: before ?? null };
  }
  if (!before) {
    if (!command.upsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
    const made = collection.upsert(command.query, command.update);
    return {
      lastErrorObject: { n: 1, updatedExisting: false, upserted: made._id },
      value: command.new ? made : null,
    };
  }
  collection.change(before, command.update);
  const [after] = collection.find({ _id: before._id });
  return { lastErrorObject: { n: 1, updatedExisting: true }, value: command.new ? after : before };
};

const update: Command = (collection, command) => {
  let n = 0;
  let nModified = 0;
  for (const { q, u, multi, upsert } of command.updates) {
    if (upsert) throw new MongodbRefusal(9, 'FailedToParse', 'the stand-in upserts in findAndModify only');
    for (const found of collection.find(q, { limit: multi ? 0 : 1 })) {
      n++;
      if (collection.change(found, u)) nModified++;
    }
  }
  return { n, nModified };
};

const COMMANDS: Record<string, Command> = {
  find: (collection, command, ns) => {
    if (command.projection) throw new MongodbRefusal(9, 'FailedToParse', 'the stand-in projects nothing');
    return { cursor: { ...ONE_BATCH, ns, firstBatch: collection.find(command.filter ?? {}, command) } };
  },
  aggregate: (collection, command, ns) => ({
    cursor: { ...ONE_BATCH, ns, firstBatch: aggregate(collection.documents, command.pipeline) },
  }),
  insert: (collection, command) => {
    for (const document of command.documents) collection.insert(document);
    return { n: command.documents.length };
  },
  update,
  findAndModify,
  delete: (collection, command) => {
    let n = 0;
    for (const { q, limit } of command.deletes) {
      const found = collection.find(q, { limit });
      collection.remove(found);
      n += found.length;
    }
    return { n };
  },
  createIndexes: (collection, command) => {
    for (const index of command.indexes) {
      if (!collection.indexes.some(({ name }) => name === index.name)) collection.indexes.push(index);
    }
    return {};
  },
};

const WITHOUT_COLLECTION: Record<string, () => Document> = {
  hello,
  ismaster: hello,
  isMaster: hello,
  ping: () => ({}),
  endSessions: () => ({}),
};

/** Runs a command to its end before the next, as atomic as MongoDB is for one document. What it does not know it refuses. */
export function runCommand(store: Store, command: Document): Document {
  const name = Object.keys(command)[0] ?? '';
  try {
    const simple = WITHOUT_COLLECTION[name];
    if (simple) return { ...simple(), ok: 1 };
    const run = COMMANDS[name];
    if (!run) throw new MongodbRefusal(59, 'CommandNotFound', `no such command: '${name}'`);
    const namespace = `${command.$db}.${command[name]}`;
    const collection = store.get(namespace) ?? new Collection();
    store.set(namespace, collection);
    return { ...run(collection, command, namespace), ok: 1 };
  } catch (error) {
    const refusal = error instanceof MongodbRefusal ? error : new MongodbRefusal(8, 'UnknownError', String(error));
    return { ok: 0, errmsg: refusal.message, code: refusal.code, codeName: refusal.codeName };
  }
}
