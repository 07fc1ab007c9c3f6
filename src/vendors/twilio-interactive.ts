import { createHash } from 'node:crypto';
import type twilio from 'twilio';
import type { Locale } from '../domain/locale.ts';
import type { Button, ListItem } from '../domain/outbound-message.ts';

/** A message with choices: Twilio sends those only as Content resources. */
export type InteractiveMessage = {
  locale: Locale;
  body: string;
  buttons?: Button[];
  list?: { button: string; items: ListItem[] };
};

type ContentTypes = Record<string, object>;
type ContentRequest = Parameters<twilio.Twilio['content']['v1']['contents']['create']>[0];

const MAX_CACHED = 500;
/** Body limit of twilio/quick-reply and twilio/list-picker; a plain message may be longer. */
export const INTERACTIVE_BODY_CHARS = 1024;

export function contentTypes({ body, buttons, list }: Omit<InteractiveMessage, 'locale'>): ContentTypes {
  if (list) {
    const items = list.items.map(({ id, title, description }) => ({
      item: title,
      id,
      ...(description && { description }),
    }));
    return { 'twilio/list-picker': { body, button: list.button, items } };
  }
  const actions = (buttons ?? []).map(({ id, title }) => ({ type: 'QUICK_REPLY', title, id }));
  return { 'twilio/quick-reply': { body, actions } };
}

/** The Content API reads these names as they stand on the wire, whatever the SDK's types say (stack.md). */
export function contentRequest(request: {
  friendly_name: string;
  language: string;
  variables?: Record<string, string>;
  types: ContentTypes;
}): ContentRequest {
  return request as unknown as ContentRequest;
}

/**
 * Makes the Content resource of a message, once per wording: bodies hold newlines, which Content variables may not, so
 * every body is its own resource. What falls out of the cache is deleted, so that the account does not fill up.
 */
export function createContentCache(client: twilio.Twilio) {
  const sids = new Map<string, Promise<string>>();

  async function create(message: InteractiveMessage, digest: string): Promise<string> {
    const types = contentTypes(message);
    const friendly_name = `comptoir_${digest.slice(0, 24)}`;
    const request = contentRequest({ friendly_name, language: message.locale, types });
    return (await client.content.v1.contents.create(request)).sid;
  }

  function evictOldest(): void {
    const [oldest] = sids;
    if (!oldest || sids.size <= MAX_CACHED) return;
    sids.delete(oldest[0]);
    // Only housekeeping: a resource that stays behind is in nobody's way.
    oldest[1].then((sid) => client.content.v1.contents(sid).remove()).catch(() => {});
  }

  const digestOf = (message: InteractiveMessage) =>
    createHash('sha256')
      .update(JSON.stringify(contentTypes(message)))
      .digest('hex');

  return {
    async sidOf(message: InteractiveMessage): Promise<string> {
      const digest = digestOf(message);
      const known = sids.get(digest);
      if (known) return known;
      const made = create(message, digest);
      sids.set(digest, made);
      evictOldest();
      try {
        return await made;
      } catch (error) {
        sids.delete(digest);
        throw error;
      }
    },
    /** Forgets a resource that Twilio no longer knows. */
    forget(message: InteractiveMessage): void {
      sids.delete(digestOf(message));
    },
  };
}
