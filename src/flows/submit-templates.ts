import type { Db } from '../db/client.ts';
import { forgetReplacedTemplates, listTemplates, type StoredTemplate, saveTemplate } from '../db/message-templates.ts';
import { LOCALES, type Locale } from '../domain/locale.ts';
import { TEMPLATE_KEYS, type TemplateKey } from '../domain/outbound-message.ts';
import { type TemplateWording, templateButtons, templateDigest } from '../domain/template.ts';
import type { TemplateDefinition, TemplateRegistry } from '../ports.ts';

type Wordings = Record<Locale, Record<TemplateKey, TemplateWording>>;
type Needs = { db: Db; registry: TemplateRegistry; templates: Wordings; publicUrl: string };

// The thank-you's picture: its token is the variable after those of the text.
const EXAMPLE_TOKEN = 'x'.repeat(43);

function definitionOf(needs: Needs, key: TemplateKey, locale: Locale): TemplateDefinition {
  const { body, examples, buttons } = needs.templates[locale][key];
  const name = `comptoir_${key}_${locale}`;
  const definition = { key, locale, name, body, examples, ...(buttons && { buttons: templateButtons(buttons) }) };
  if (key !== 'thank_you') return definition;
  const tokenVariable = examples.length + 1;
  return {
    ...definition,
    examples: [...examples, EXAMPLE_TOKEN],
    mediaUrl: `${needs.publicUrl}/media/qr/{{${tokenVariable}}}.png`,
  };
}

/**
 * Creates and submits every template whose wording Twilio does not have yet, and asks how the others fare. An approved
 * wording stays in use until the one that follows it is approved too. Safe to repeat; `onProgress` hears of each.
 */
export async function submitTemplates(
  needs: Needs,
  onProgress: (template: StoredTemplate, isNew: boolean) => void = () => {},
): Promise<StoredTemplate[]> {
  const known = await listTemplates(needs.db);
  const result: StoredTemplate[] = [];
  for (const key of TEMPLATE_KEYS) {
    for (const locale of LOCALES) {
      const definition = definitionOf(needs, key, locale);
      const digest = templateDigest(definition);
      const kept = known.find((each) => each.key === key && each.locale === locale && each.digest === digest);
      const answer = kept
        ? { contentSid: kept.contentSid, approval: await needs.registry.approvalOf(kept.contentSid) }
        : await needs.registry.submit(definition);
      const template = { key, locale, digest, ...answer };
      await saveTemplate(needs.db, template);
      onProgress(template, !kept);
      result.push(template);
    }
  }
  await forgetReplacedTemplates(needs.db);
  return result;
}
