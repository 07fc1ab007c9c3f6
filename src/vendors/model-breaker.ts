import {
  CircuitState,
  CountBreaker,
  circuitBreaker,
  handleWhen,
  IterableBackoff,
  isBrokenCircuitError,
} from 'cockatiel';
import { AppError } from '../domain/errors.ts';
import type { Model, ModelReply } from '../ports.ts';

/** How long the model is left alone, longer each time it fails again: one customer's wait is the price of each try. */
const PAUSES_MS = [15_000, 30_000, 60_000, 120_000, 300_000];
// Half of the last six calls, however long ago: a small shop has few calls a minute, and a customer waits in each.
const WINDOW = { size: 6, minimumNumberOfCalls: 3, threshold: 0.49 };
/** Of the timeout: an answer that takes longer is used, and counts as a failure. */
const SLOW_SHARE = 0.8;

export type BreakerSettings = {
  /** Of one call of the model. */
  timeoutMs: number;
  /** Until when the model is left alone; null: it answers again. */
  onChange: (until: Date | null) => void;
  pausesMs?: readonly number[];
};

/** What says something about the vendor. What one customer's words, or picture, bring about must not rest it for all. */
function isVendorFailure(error: unknown): boolean {
  if (!(error instanceof AppError)) return true;
  const { code, vendorCode } = error;
  if (code === 'model_unavailable') return vendorCode !== 'incomplete';
  return code === 'model_refused_request' && [401, 403, 404].includes(Number(vendorCode));
}

/**
 * The same model behind a circuit breaker of this process: when half of the last six calls failed or were slow (of the
 * first three, after a start), it is not asked for 15 seconds; then one call tries, and each that fails makes the pause
 * longer, up to five minutes. While it rests `respond` throws AppError `model_rests` at once; when a try succeeds,
 * everybody has it back.
 */
export function withBreaker(model: Model, { timeoutMs, onChange, pausesMs = PAUSES_MS }: BreakerSettings): Model {
  const slowMs = timeoutMs * SLOW_SHARE;
  const breaker = circuitBreaker(
    handleWhen(isVendorFailure).orWhenResult((result) => (result as Timed).tookMs > slowMs),
    { halfOpenAfter: new IterableBackoff(pausesMs), breaker: new CountBreaker(WINDOW) },
  );
  let opened = 0;
  breaker.onStateChange((state) => {
    if (state === CircuitState.Open) {
      const pauseMs = pausesMs[Math.min(opened, pausesMs.length - 1)] ?? 0;
      opened += 1;
      onChange(new Date(Date.now() + pauseMs));
    }
    if (state === CircuitState.Closed) {
      opened = 0;
      onChange(null);
    }
  });
  return {
    name: model.name,
    async respond(request) {
      // One call finds out whether it is back; nobody else waits for what that one brings.
      if (breaker.state === CircuitState.HalfOpen) throw rests();
      try {
        return (await breaker.execute(() => timed(() => model.respond(request)))).reply;
      } catch (error) {
        throw isBrokenCircuitError(error) ? rests() : error;
      }
    },
  };
}

type Timed = { reply: ModelReply; tookMs: number };

async function timed(respond: () => Promise<ModelReply>): Promise<Timed> {
  const startedAt = performance.now();
  const reply = await respond();
  return { reply, tookMs: performance.now() - startedAt };
}

const rests = () => new AppError('model_rests', 'the model failed lately and is left alone', { retryable: true });
