import { isLocale, type Locale } from '../domain/locale.ts';
import { TEMPLATE_KEYS, type TemplateKey } from '../domain/outbound-message.ts';
import type { Db, Tx } from './client.ts';

export type StoredTemplate = { key: TemplateKey; locale: Locale; contentSid: string; digest: string; approval: string };

/** The template that may leave outside the 24-hour window; undefined while WhatsApp has not approved it. */
export async function approvedTemplate(
  db: Db | Tx,
  key: TemplateKey,
  locale: Locale,
): Promise<{ contentSid: string } | undefined> {
  const row = await db.messageTemplate.findFirst({ where: { key, locale, approval: 'approved' } });
  return row ? { contentSid: row.contentSid } : undefined;
}

const isKey = (key: string): key is TemplateKey => (TEMPLATE_KEYS as readonly string[]).includes(key);

/** Every template kept, by key and language. */
export async function listTemplates(db: Db | Tx): Promise<StoredTemplate[]> {
  const rows = await db.messageTemplate.findMany({ orderBy: [{ key: 'asc' }, { locale: 'asc' }] });
  return rows.flatMap(({ key, locale, ...row }) => (isKey(key) && isLocale(locale) ? [{ ...row, key, locale }] : []));
}

/** Keeps one template per message and language: a new wording replaces the old one. */
export async function saveTemplate(db: Db | Tx, template: StoredTemplate): Promise<void> {
  const { key, locale, contentSid, digest, approval } = template;
  const values = { contentSid, digest, approval };
  await db.messageTemplate.upsert({
    where: { key_locale: { key, locale } },
    create: { key, locale, ...values },
    update: values,
  });
}
