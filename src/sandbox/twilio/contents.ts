import type { SandboxClock } from '../clock.ts';
import { twilioSid } from '../ids.ts';
import type { Collection, SandboxStore } from '../store.ts';
import { type ContentTypes, checkTypes, contentTypeOf } from './content-types.ts';
import { TwilioError } from './errors.ts';

export type Approval = {
  name: string;
  category: string;
  content_type: string;
  status: 'approved' | 'rejected';
  rejection_reason: string;
  allow_category_change: boolean;
};

export type Content = {
  sid: string;
  account_sid: string;
  friendly_name: string;
  language: string;
  variables: Record<string, string>;
  types: ContentTypes;
  date_created: string;
  date_updated: string;
  approval?: Approval;
};

const CATEGORIES = ['UTILITY', 'MARKETING', 'AUTHENTICATION'];

/** Twilio's Content API v1: templates, and WhatsApp's approval of them, which here is immediate. */
export class Contents {
  readonly #clock: SandboxClock;
  readonly #accountSid: string;
  readonly #contents: Collection<Content>;

  constructor(store: SandboxStore, clock: SandboxClock, accountSid: string) {
    this.#contents = store.collection('contents');
    this.#clock = clock;
    this.#accountSid = accountSid;
  }

  create(body: unknown): Content {
    const request = asRecord(body);
    const language = request.language;
    if (typeof language !== 'string' || language === '') throw new TwilioError(400, 20001, 'language is required');
    const variables = asRecord(request.variables ?? {});
    if (Object.values(variables).some((value) => typeof value !== 'string')) {
      throw new TwilioError(400, 20001, 'variables must be strings');
    }
    const now = this.#clock.now().toISOString();
    const sid = twilioSid('HX');
    return this.#contents.put(sid, {
      sid,
      account_sid: this.#accountSid,
      friendly_name: typeof request.friendly_name === 'string' ? request.friendly_name : '',
      language,
      variables: variables as Record<string, string>,
      types: checkTypes(request.types),
      date_created: now,
      date_updated: now,
    });
  }

  fetch(sid: string): Content {
    const content = this.#contents.get(sid);
    if (!content) throw new TwilioError(404, 20404, `The requested resource /Content/${sid} was not found`);
    return content;
  }

  find(sid: string): Content | undefined {
    return this.#contents.get(sid);
  }

  list(): Content[] {
    return this.#contents.all();
  }

  remove(sid: string): void {
    this.fetch(sid);
    this.#contents.delete(sid);
  }

  /** Approves at once, except list pickers, which WhatsApp never takes as templates. */
  requestApproval(sid: string, body: unknown): Approval {
    const content = this.fetch(sid);
    const { name, category } = asRecord(body);
    if (typeof name !== 'string' || !/^[a-z0-9_]{1,512}$/.test(name)) {
      throw new TwilioError(400, 20001, 'name must be lowercase letters, digits and underscores');
    }
    if (typeof category !== 'string' || !CATEGORIES.includes(category)) {
      throw new TwilioError(400, 20001, `category must be one of ${CATEGORIES.join(', ')}`);
    }
    const type = contentTypeOf(content.types);
    const refused = type === 'twilio/list-picker';
    const approval: Approval = {
      name,
      category,
      content_type: type,
      status: refused ? 'rejected' : 'approved',
      rejection_reason: refused ? 'twilio/list-picker is not supported for approval on WhatsApp' : '',
      allow_category_change: true,
    };
    this.#contents.put(sid, { ...content, approval });
    return approval;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TwilioError(400, 20001, 'a JSON object is expected');
  }
  return value as Record<string, unknown>;
}
