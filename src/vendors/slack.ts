import { AppError } from '../domain/errors.ts';
import type { TeamChat } from '../ports.ts';

export type SlackSettings = {
  /** The incoming webhook: whoever knows it can post, so it stands in no error and no log. */
  webhookUrl: string;
  /** Per request; 10 s unless told. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
const MAX_RETRY_AFTER_SECONDS = 3_600;
// https://docs.slack.dev/messaging/formatting-message-text#escaping: these three, and no others.
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escapeText = (text: string): string => text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character);

/** What Slack says in a word, e.g. no_service; anything longer is left out. */
async function reasonOf(response: Response): Promise<string> {
  const body = await response.text().catch(() => '');
  return /^[a-z_]{2,40}$/.test(body) ? ` (${body})` : '';
}

async function toSlackError(response: Response): Promise<AppError> {
  const { status } = response;
  const message = `Slack refused with HTTP ${status}${await reasonOf(response)}`;
  if (status === 429) {
    const asked = Number(response.headers.get('retry-after'));
    const retryAfterSeconds = Number.isFinite(asked) ? Math.min(Math.max(asked, 1), MAX_RETRY_AFTER_SECONDS) : 1;
    return new AppError('slack_rate_limited', message, { retryable: true, retryAfterSeconds, vendorCode: status });
  }
  if (status >= 500 || status === 408) {
    return new AppError('slack_unavailable', message, { retryable: true, vendorCode: status });
  }
  return new AppError('slack_refused', `${message}: check SLACK_WEBHOOK_URL`, { vendorCode: status });
}

/** The staff's Slack channel by its incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export function createTeamChat({ webhookUrl, timeoutMs = TIMEOUT_MS }: SlackSettings): TeamChat {
  return {
    async post({ title, text }) {
      let response: Response;
      try {
        response = await fetch(webhookUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ text: `*${escapeText(title)}*\n${escapeText(text)}` }),
          // The address is a secret and the notice is the shop's own: neither goes where a redirect points.
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        });
      } catch {
        // What fetch throws may quote the address.
        throw new AppError('slack_no_answer', 'Slack did not answer', { retryable: true });
      }
      if (response.ok) await response.body?.cancel();
      else throw await toSlackError(response);
    },
  };
}
