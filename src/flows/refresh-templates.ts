import type { Db } from '../db/client.ts';
import { forgetReplacedTemplates, listTemplates, setTemplateApproval } from '../db/message-templates.ts';
import { describeError } from '../domain/errors.ts';
import type { Log, TemplateRegistry } from '../ports.ts';

/**
 * Asks how WhatsApp has decided on every template: approval takes minutes to days, and may be withdrawn. A newly approved
 * wording replaces the one before. `processed` counts those that changed.
 */
export async function refreshTemplates(needs: {
  db: Db;
  log: Log;
  registry: Pick<TemplateRegistry, 'approvalOf'>;
}): Promise<{ processed: number }> {
  let processed = 0;
  for (const { key, locale, contentSid, approval: before } of await listTemplates(needs.db)) {
    try {
      const approval = await needs.registry.approvalOf(contentSid);
      if (approval === before) continue;
      await setTemplateApproval(needs.db, contentSid, approval);
      needs.log.info({ key, locale, before, approval }, 'WhatsApp decided on a template');
      processed++;
    } catch (error) {
      needs.log.warn({ key, locale, error: describeError(error) }, 'the approval of a template could not be read');
    }
  }
  await forgetReplacedTemplates(needs.db);
  return { processed };
}
