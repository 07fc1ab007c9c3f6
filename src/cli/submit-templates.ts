import type { Db } from '../db/client.ts';
import { listTemplates, saveTemplate } from '../db/message-templates.ts';
import { describeError } from '../domain/errors.ts';
import { LOCALES, type Locale } from '../domain/locale.ts';
import { TEMPLATE_KEYS, type TemplateKey } from '../domain/outbound-message.ts';
import type { Log, TemplateDefinition, TemplateRegistry } from '../ports.ts';
import { templateDigest } from '../vendors/twilio-templates.ts';

type Needs = {
  db: Db;
  registry: TemplateRegistry;
  /** prompts/templates, per language. */
  templates: Record<Locale, Record<TemplateKey, { body: string; examples: string[] }>>;
  publicUrl: string;
};
export type SubmittedTemplate = {
  key: TemplateKey;
  locale: Locale;
  kind: 'submitted' | 'known' | 'failed';
  /** Twilio's approval status, or the error's description. */
  approval: string;
};

/** What a pickup token looks like: WhatsApp wants an example of every variable. */
const EXAMPLE_TOKEN = 'an-example-of-a-pickup-token-for-the-review';

function define(
  { templates, publicUrl }: Needs,
  key: TemplateKey,
  locale: Locale,
): TemplateDefinition & { digest: string } {
  const { body, examples } = templates[locale][key];
  // The thank-you carries the QR code: its token is the variable after those of the text.
  const media =
    key === 'thank_you'
      ? { mediaUrl: `${publicUrl}/media/qr/{{${examples.length + 1}}}.png`, examples: [...examples, EXAMPLE_TOKEN] }
      : { examples };
  const digest = templateDigest({ body, ...media });
  // WhatsApp never lets a name be used again for another wording.
  return { key, locale, body, ...media, name: `comptoir_${key}_${locale}_${digest.slice(0, 8)}`, digest };
}

/**
 * Makes and submits the Content template of every message and language whose wording is new, and asks for the approval
 * of the others. One that fails is logged and does not keep the rest from going. Safe to repeat.
 */
export async function submitTemplates(needs: Needs, log: Log): Promise<SubmittedTemplate[]> {
  const known = await listTemplates(needs.db);
  const done: SubmittedTemplate[] = [];
  for (const key of TEMPLATE_KEYS) {
    for (const locale of LOCALES) {
      const { digest, ...definition } = define(needs, key, locale);
      const stored = known.find((row) => row.key === key && row.locale === locale && row.digest === digest);
      try {
        const { contentSid, approval } = stored
          ? { contentSid: stored.contentSid, approval: await needs.registry.approvalOf(stored.contentSid) }
          : await needs.registry.submit(definition);
        await saveTemplate(needs.db, { key, locale, contentSid, digest, approval });
        done.push({ key, locale, kind: stored ? 'known' : 'submitted', approval });
      } catch (error) {
        log.error({ template: key, locale, error: describeError(error) }, 'template not submitted');
        done.push({ key, locale, kind: 'failed', approval: describeError(error) });
      }
    }
  }
  return done;
}
