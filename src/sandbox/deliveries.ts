import { setTimeout as delay } from 'node:timers/promises';

export type WebhookRequest = { headers: Record<string, string>; body: string };
export type DeliveryOutcome = { delivered: boolean; attempts: number; status: number | null; error: string | null };

/** Where the app is: what it calls itself in public, and where its port really answers. */
export type AppAddress = { publicUrl: string; appUrl: string };

const ATTEMPT_TIMEOUT_MS = 15_000;

/**
 * Posts webhooks to the app the way a vendor does: again after each delay until a 2xx comes back. Vendors sign the
 * public URL, while the request goes to where the app answers on this machine.
 */
export class Deliveries {
  readonly #address: () => AppAddress;
  readonly #delaysMs: readonly number[];
  readonly #stopped = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(address: () => AppAddress, delaysMs: readonly number[] = [100, 300, 1_000, 2_000, 5_000]) {
    this.#address = address;
    this.#delaysMs = delaysMs;
  }

  get publicUrl(): string {
    return this.#address().publicUrl;
  }

  /** The request is made anew for each attempt, because signatures carry the time they were made. */
  async post(url: string, request: () => WebhookRequest): Promise<DeliveryOutcome> {
    return this.track(this.#postWithRetries(url, request));
  }

  /** GET of something the app serves, at the address where it answers. */
  async fetch(url: string): Promise<Response> {
    return fetch(this.#reach(url), { signal: this.#signal() });
  }

  /** Makes `idle` wait for this piece of work as well. */
  async track<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#underWay.add(settled);
    try {
      return await work;
    } finally {
      this.#underWay.delete(settled);
    }
  }

  /** Resolves once nothing is being posted, whatever came of it. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Gives up what is under way and waits until it is really over. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.idle();
  }

  async #postWithRetries(url: string, request: () => WebhookRequest): Promise<DeliveryOutcome> {
    const outcome: DeliveryOutcome = { delivered: false, attempts: 0, status: null, error: null };
    for (const wait of [0, ...this.#delaysMs]) {
      if (wait > 0 && !(await this.#pause(wait))) break;
      Object.assign(outcome, await this.#attempt(url, request()), { attempts: outcome.attempts + 1 });
      if (outcome.delivered || this.#stopped.signal.aborted) break;
    }
    return outcome;
  }

  async #attempt(url: string, request: WebhookRequest): Promise<Omit<DeliveryOutcome, 'attempts'>> {
    try {
      const response = await fetch(this.#reach(url), { method: 'POST', ...request, signal: this.#signal() });
      await response.arrayBuffer();
      return { delivered: response.ok, status: response.status, error: null };
    } catch (error) {
      return { delivered: false, status: null, error: error instanceof Error ? error.message : String(error) };
    }
  }

  async #pause(milliseconds: number): Promise<boolean> {
    return delay(milliseconds, true, { signal: this.#stopped.signal }).catch(() => false);
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]);
  }

  #reach(url: string): string {
    const { publicUrl, appUrl } = this.#address();
    return url.startsWith(publicUrl) ? appUrl + url.slice(publicUrl.length) : url;
  }
}
