import type { Db } from '../db/client.ts';
import { forgetReplacedTemplates, listTemplates, setTemplateApproval } from '../db/message-templates.ts';
import type { Log, TemplateRegistry } from '../ports.ts';
import { resultOf, type SweepResult, tryEach } from './sweep.ts';

/**
 * Asks how WhatsApp has decided on every template: approval takes minutes to days, and may be withdrawn. A newly approved
 * wording replaces the one before. `processed` counts those that changed.
 */
export async function refreshTemplates(needs: {
  db: Db;
  log: Log;
  registry: Pick<TemplateRegistry, 'approvalOf'>;
}): Promise<SweepResult> {
  const { db, log, registry } = needs;
  const tally = await tryEach(await listTemplates(db), {
    log,
    act: async ({ key, locale, contentSid, approval: before }) => {
      const approval = await registry.approvalOf(contentSid);
      if (approval === before) return false;
      await setTemplateApproval(db, contentSid, approval);
      log.info({ key, locale, before, approval }, 'WhatsApp decided on a template');
      return true;
    },
    facts: ({ key, locale }) => ({ key, locale }),
    complaint: 'the approval of a template could not be read',
  });
  await forgetReplacedTemplates(db);
  return resultOf(tally, 'approvals_not_read');
}
