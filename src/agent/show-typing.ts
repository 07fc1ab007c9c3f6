/** WhatsApp shows "typing…" for at most 25 s (https://www.twilio.com/docs/whatsapp/api/typing-indicators-resource). */
const SHOW_AGAIN_MS = 20_000;

/** Marks the message as read and shows "typing…" for as long as `work` lasts. `show` never throws and is never waited for. */
export async function typingWhile<T>(
  show: () => Promise<void>,
  work: () => Promise<T>,
  showAgainMs = SHOW_AGAIN_MS,
): Promise<T> {
  void show();
  const again = setInterval(() => void show(), showAgainMs);
  try {
    return await work();
  } finally {
    clearInterval(again);
  }
}
