import * as z from 'zod';
import type { ChatMessage } from '../phones.ts';
import { TwilioError } from './errors.ts';

/** A text with a variable in it can only be measured once the variable is filled in. */
const shown = (limit: number) =>
  z
    .string()
    .min(1)
    .refine((text) => text.length <= limit || text.includes('{{'), `at most ${limit} characters`);

const action = z.object({
  title: shown(20),
  id: z.string().max(200).optional(),
  type: z.string().optional(),
});
const item = z.object({
  id: z.string().min(1).max(200),
  item: shown(24),
  description: shown(72).nullish(),
});
const contentTypes = z
  .strictObject({
    'twilio/text': z.object({ body: z.string().min(1).max(1600) }),
    'twilio/media': z.object({ body: z.string().max(1024).nullish(), media: z.array(z.string().min(1)).min(1).max(1) }),
    'twilio/quick-reply': z.object({ body: z.string().min(1).max(1024), actions: z.array(action).min(1).max(10) }),
    'twilio/list-picker': z.object({
      body: z.string().min(1).max(1024),
      button: shown(20),
      items: z.array(item).min(1).max(10),
    }),
  })
  .partial()
  .refine((types) => Object.keys(types).length > 0, 'at least one content type is required');

export type ContentTypes = z.infer<typeof contentTypes>;
export type ContentType = keyof ContentTypes;

/** What a template becomes on the phone once its variables are filled in. */
export type Rendered = Pick<ChatMessage, 'kind' | 'body' | 'buttons' | 'list'> & { mediaUrl?: string };

/** Refuses what Twilio's Content API would refuse. Lengths that depend on variables are checked when sending. */
export function checkTypes(types: unknown): ContentTypes {
  const checked = contentTypes.safeParse(types);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new TwilioError(400, 20001, `types.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  return checked.data;
}

/** The richest of the template's types, which is the one WhatsApp shows. */
export function contentTypeOf(types: ContentTypes): ContentType {
  const order: ContentType[] = ['twilio/list-picker', 'twilio/quick-reply', 'twilio/media', 'twilio/text'];
  return order.find((type) => types[type] !== undefined) ?? 'twilio/text';
}

/** Variables of a send over the template's own samples; refused with 21656 as WhatsApp's rules ask. */
export function parseVariables(text: string | undefined): Record<string, string> {
  if (text === undefined || text === '') return {};
  const invalid = new TwilioError(400, 21656, 'The ContentVariables Parameter is invalid');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid;
  }
  const variables = z.record(z.string(), z.string()).safeParse(parsed);
  if (!variables.success) throw invalid;
  for (const value of Object.values(variables.data)) {
    if (value.trim() === '' || /[\n\r\t]| {5,}/.test(value)) throw invalid;
  }
  return variables.data;
}

export function render(types: ContentTypes, variables: Record<string, string>): Rendered {
  const fill = (text: string): string =>
    text.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (hole, name) => variables[name] ?? hole);
  const list = types['twilio/list-picker'];
  if (list) {
    const items = list.items.map((entry) => ({
      id: fill(entry.id),
      title: fill(entry.item),
      description: fill(entry.description ?? ''),
    }));
    return { kind: 'list', body: fill(list.body), list: { button: fill(list.button), items } };
  }
  const quick = types['twilio/quick-reply'];
  if (quick) {
    const buttons = quick.actions.map((entry) => ({ id: fill(entry.id ?? entry.title), title: fill(entry.title) }));
    return { kind: 'quick_reply', body: fill(quick.body), buttons };
  }
  const media = types['twilio/media'];
  if (media) return { kind: 'media', body: fill(media.body ?? ''), mediaUrl: fill(media.media[0] ?? '') };
  return { kind: 'text', body: fill(types['twilio/text']?.body ?? '') };
}

/** WhatsApp's limits on what is really shown; what breaks them fails on the way with 63021 or 63013. */
export function whatsappErrorOf(rendered: Rendered, approved: boolean): number | null {
  if (/\{\{.*\}\}/.test(JSON.stringify(rendered))) return 63013;
  const bodyLimit = rendered.kind === 'text' ? 1600 : 1024;
  const tooLong =
    rendered.body.length > bodyLimit ||
    rendered.buttons?.some((button) => button.title.length > 20) ||
    (!approved && (rendered.buttons?.length ?? 0) > 3) ||
    (rendered.list?.button.length ?? 0) > 20 ||
    rendered.list?.items.some((entry) => entry.title.length > 24 || entry.description.length > 72 || entry.id === '') ||
    new Set(rendered.list?.items.map((entry) => entry.id)).size < (rendered.list?.items.length ?? 0);
  return tooLong ? 63021 : null;
}
