/** WhatsApp shows "typing…" for at most 25 s (https://www.twilio.com/docs/whatsapp/api/typing-indicators-resource). */
const SHOW_AGAIN_MS = 20_000;

/**
 * Marks the message as read and shows "typing…" for as long as `work` lasts. `show` never throws and is never waited for;
 * it begins when what `work` asks first is on its way, since putting the call together takes longer than an answer of ours.
 */
export async function typingWhile<T>(
  show: () => Promise<void>,
  work: () => Promise<T>,
  showAgainMs = SHOW_AGAIN_MS,
): Promise<T> {
  setImmediate(() => void show());
  const again = setInterval(() => void show(), showAgainMs);
  try {
    return await work();
  } finally {
    clearInterval(again);
  }
}
