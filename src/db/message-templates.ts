import { isLocale, type Locale } from '../domain/locale.ts';
import { TEMPLATE_KEYS, type TemplateKey } from '../domain/outbound-message.ts';
import type { Db, Tx } from './client.ts';

export type StoredTemplate = { key: TemplateKey; locale: Locale; contentSid: string; digest: string; approval: string };

/** The template that may leave outside the 24-hour window: the latest wording that WhatsApp has approved, if any. */
export async function approvedTemplate(
  db: Db | Tx,
  key: TemplateKey,
  locale: Locale,
): Promise<{ contentSid: string } | undefined> {
  const row = await db.messageTemplate.findFirst({
    where: { key, locale, approval: 'approved' },
    orderBy: { wantedAt: 'desc' },
  });
  return row ? { contentSid: row.contentSid } : undefined;
}

const isKey = (key: string): key is TemplateKey => (TEMPLATE_KEYS as readonly string[]).includes(key);

/** Every template kept, by key and language; two of one while the newer wording waits for its approval. */
export async function listTemplates(db: Db | Tx): Promise<StoredTemplate[]> {
  const rows = await db.messageTemplate.findMany({
    orderBy: [{ key: 'asc' }, { locale: 'asc' }, { wantedAt: 'asc' }],
    select: { key: true, locale: true, contentSid: true, digest: true, approval: true },
  });
  return rows.flatMap(({ key, locale, ...row }) => (isKey(key) && isLocale(locale) ? [{ ...row, key, locale }] : []));
}

/** Keeps this wording as the one wanted. An older one stays until `forgetReplacedTemplates` finds this one approved. */
export async function saveTemplate(db: Db | Tx, template: StoredTemplate): Promise<void> {
  const { key, locale, contentSid, digest, approval } = template;
  await db.$executeRaw`
    INSERT INTO message_templates (key, locale, digest, content_sid, approval, wanted_at)
    VALUES (${key}, ${locale}, ${digest}, ${contentSid}, ${approval}, clock_timestamp())
    ON CONFLICT (key, locale, digest) DO UPDATE SET content_sid = EXCLUDED.content_sid, approval = EXCLUDED.approval,
      wanted_at = EXCLUDED.wanted_at, updated_at = now()`;
}

export async function setTemplateApproval(db: Db | Tx, contentSid: string, approval: string): Promise<void> {
  await db.messageTemplate.updateMany({ where: { contentSid }, data: { approval } });
}

/** Drops every wording that a later, approved one has replaced. */
export async function forgetReplacedTemplates(db: Db | Tx): Promise<void> {
  await db.$executeRaw`
    DELETE FROM message_templates replaced USING message_templates newer
    WHERE newer.key = replaced.key AND newer.locale = replaced.locale AND newer.approval = 'approved'
      AND newer.wanted_at > replaced.wanted_at`;
}
