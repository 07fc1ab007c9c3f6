// Agenda keeps a timer of half a lock's lifetime per finished job, and pools their idle timers: neither may hold a
// test worker. Short timers stay as they are, so a leak of ours still shows.
const original = globalThis.setTimeout;
globalThis.setTimeout = ((handler: () => void, delayMs?: number, ...rest: []) => {
  const timer = original(handler, delayMs, ...rest);
  if ((delayMs ?? 0) >= 5000) (timer as { unref?: () => void }).unref?.();
  return timer;
}) as typeof setTimeout;
