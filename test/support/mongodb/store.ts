import { Query } from 'mingo';
import { type Modifier, update } from 'mingo/updater';
import { type BSON, ObjectId } from 'mongodb';

type Document = BSON.Document;
type Sort = Record<string, 1 | -1>;

/** A refusal as MongoDB words it. */
export class MongodbRefusal extends Error {
  readonly code: number;
  readonly codeName: string;

  constructor(code: number, codeName: string, message: string) {
    super(message);
    this.code = code;
    this.codeName = codeName;
  }
}

/** A collection in memory. What a query finds and an update changes is mingo's word; `_id` and unique indexes are kept unique. */
export class Collection {
  readonly documents: Document[] = [];
  readonly indexes: { name: string; key: Document; unique?: boolean }[] = [
    { name: '_id_', key: { _id: 1 }, unique: true },
  ];

  find(
    filter: Document,
    { sort, skip = 0, limit = 0 }: { sort?: Sort; skip?: number; limit?: number } = {},
  ): Document[] {
    const cursor = new Query(filter).find<Document>(this.documents);
    const all = (sort && Object.keys(sort).length > 0 ? cursor.sort(sort) : cursor).all();
    return all.slice(skip, limit > 0 ? skip + limit : undefined);
  }

  insert(document: Document): void {
    const withId = '_id' in document ? document : { _id: new ObjectId(), ...document };
    this.refuseDouble(withId, undefined);
    this.documents.push(withId);
  }

  /** Whether something changed. */
  change(document: Document, modifier: Document): boolean {
    const { $setOnInsert, ...rest } = modifier;
    const changed = structuredCopy(document);
    const paths = update(changed, rest as Modifier<Document>);
    this.refuseDouble(changed, document);
    const at = this.documents.indexOf(document);
    this.documents[at] = changed;
    return paths.length > 0;
  }

  /** What an upsert writes where nothing was found: the filter's plain fields, then the update. */
  upsert(filter: Document, { $setOnInsert = {}, ...modifier }: Document): Document {
    const plain = Object.entries(filter).filter(([key, value]) => !key.startsWith('$') && !isOperator(value));
    const made: Document = { _id: new ObjectId(), ...Object.fromEntries(plain) };
    update(made, { ...modifier, $set: { ...modifier.$set, ...$setOnInsert } } as Modifier<Document>);
    this.insert(made);
    return made;
  }

  remove(documents: readonly Document[]): void {
    for (const document of documents) this.documents.splice(this.documents.indexOf(document), 1);
  }

  private refuseDouble(document: Document, itself: Document | undefined): void {
    for (const { name, key, unique } of this.indexes) {
      if (!unique) continue;
      const same = Object.fromEntries(Object.keys(key).map((field) => [field, { $eq: document[field] ?? null }]));
      if (this.find(same).some((found) => found !== itself)) {
        throw new MongodbRefusal(11000, 'DuplicateKey', `E11000 duplicate key error index: ${name}`);
      }
    }
  }
}

// Deep enough for an update not to reach into the document it starts from; ids and dates are never changed in place.
function structuredCopy(value: Document): Document {
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, isPlain(field) ? structuredCopy(field) : field]),
  );
}

const isPlain = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isOperator = (value: unknown) => isPlain(value) && Object.keys(value).some((key) => key.startsWith('$'));
