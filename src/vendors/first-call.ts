import { AppError, errorCodeOf } from '../domain/errors.ts';

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

/** As on SIGTERM (roles.ts), but with an exit code that says it was none. */
function stopProcess(): void {
  process.exitCode = 1;
  process.emit('SIGTERM', 'SIGTERM');
}

/**
 * A part of the program, loaded late by `load`. Node keeps for good that a module could not be loaded (too many files were open, an
 * upgrade took them from under the process): to try again, the process stops and is started anew by whoever keeps it up. What was
 * asked for waits meanwhile, as when a vendor is away.
 */
export async function loadLate<T>(load: () => Promise<T>, stop = stopProcess): Promise<T> {
  try {
    return await load();
  } catch (error) {
    stop();
    const why = `a part of the program could not be loaded (${errorCodeOf(error)}): the process stops, to be started anew`;
    throw new AppError('program_not_loaded', why, { retryable: true, cause: error });
  }
}
