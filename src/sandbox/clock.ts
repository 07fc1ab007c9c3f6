import type { Collection, SandboxStore } from './store.ts';

export type AdvanceListener = (now: Date) => void | Promise<void>;

/** Real time plus an offset that survives restarts, so that a day can pass before one's eyes. Never goes back. */
export class SandboxClock {
  readonly #offsets: Collection<{ minutes: number }>;
  readonly #listeners = new Set<AdvanceListener>();

  constructor(store: SandboxStore) {
    this.#offsets = store.collection('clock');
  }

  get offsetMinutes(): number {
    return this.#offsets.get('offset')?.minutes ?? 0;
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMinutes * 60_000);
  }

  /** Unix seconds of the shifted time, the unit of Stripe and OpenAI. */
  nowSeconds(): number {
    return Math.floor(this.now().getTime() / 1000);
  }

  /** Called after the offset moved, one listener after the other, in the order they were added. Returns the way out. */
  onAdvance(listener: AdvanceListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Moves time forward and waits for every listener; a listener's error reaches the caller. */
  async advance(minutes: number): Promise<void> {
    if (!Number.isFinite(minutes) || minutes < 0) throw new RangeError('the clock only goes forward');
    this.#offsets.put('offset', { minutes: this.offsetMinutes + minutes });
    for (const listener of [...this.#listeners]) await listener(this.now());
  }
}
