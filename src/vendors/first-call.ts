type Call = (...given: never[]) => Promise<unknown>;
/** The calls of a vendor that are awaited, and so can be wrapped. */
export type CallsOf<Vendor> = { [Key in keyof Vendor]: Vendor[Key] extends Call ? Key : never }[keyof Vendor] & string;

/** What `open` gave the first time; where that failed it is tried again. */
export function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

/**
 * A vendor that is opened, its library loaded, with the first of its calls: what a process never calls takes none of its memory and
 * none of its start (docs/adr/0016).
 */
export function onFirstCall<Vendor extends { [Key in keyof Vendor]: Call }>(
  calls: { [Key in keyof Vendor]: true },
  open: () => Promise<Vendor>,
): Vendor {
  const opened = once(open);
  const deferred = (Object.keys(calls) as (keyof Vendor)[]).map((call) => {
    const act: Call = async (...given) => (await opened())[call](...given);
    return [call, act];
  });
  return Object.fromEntries(deferred) as Vendor;
}
