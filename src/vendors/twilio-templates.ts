import type twilio from 'twilio';
import type { TemplateDefinition, TemplateRegistry } from '../ports.ts';
import { callTwilio, openTwilio, type TwilioSettings } from './twilio-client.ts';
import { contentRequest, contentTypes } from './twilio-interactive.ts';

function typesOf({
  body,
  mediaUrl,
  buttons,
}: Pick<TemplateDefinition, 'body' | 'mediaUrl' | 'buttons'>): Record<string, object> {
  if (buttons) return contentTypes({ body, buttons });
  return mediaUrl ? { 'twilio/media': { body, media: [mediaUrl] } } : { 'twilio/text': { body } };
}

export function createTemplateRegistry(client: twilio.Twilio): TemplateRegistry {
  return {
    async submit(template) {
      const { name, locale, examples } = template;
      const variables = Object.fromEntries(examples.map((example, index) => [String(index + 1), example]));
      const request = contentRequest({ friendly_name: name, language: locale, variables, types: typesOf(template) });
      const content = await callTwilio(() => client.content.v1.contents.create(request));
      // WhatsApp never takes a name again for another wording: the resource's own id makes it a new one.
      const approvalName = `${name}_${content.sid.slice(-8).toLowerCase()}`;
      const approval = await callTwilio(() =>
        client.content.v1.contents(content.sid).approvalCreate.create({ name: approvalName, category: 'UTILITY' }),
      );
      return { contentSid: content.sid, approval: approval.status };
    },

    async approvalOf(contentSid) {
      const fetched = await callTwilio(() => client.content.v1.contents(contentSid).approvalFetch().fetch());
      const { status } = (fetched.whatsapp ?? {}) as { status?: unknown };
      return typeof status === 'string' ? status : 'unsubmitted';
    },
  };
}

/** The account's state as Twilio tells it ("active"), for the doctor. */
export async function fetchTwilioAccount(settings: TwilioSettings): Promise<string> {
  const client = openTwilio(settings);
  const account = await callTwilio(() => client.api.v2010.accounts(settings.accountSid).fetch());
  return account.status;
}
