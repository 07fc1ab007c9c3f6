import type { Express, Request } from 'express';
import type { AppNeeds } from '../needs.ts';
import { isOperator } from '../operator.ts';

const cameThroughProxy = (req: Request): boolean =>
  ['x-forwarded-for', 'forwarded'].some((name) => req.get(name) !== undefined);

/**
 * Whether the numbers are told without a secret: where the shop is served over plain http, which is a developer's machine or a trial on
 * one. A shop on the internet has an https address, and whether its proxy says so of each request is not ours to hope for.
 */
const isOpen = (publicUrl: string, req: Request): boolean => publicUrl.startsWith('http:') && !cameThroughProxy(req);

/** For whoever runs it: is the process up, can it work, how is it doing. */
export function addOperationsRoutes(
  app: Express,
  needs: Pick<AppNeeds, 'isReady' | 'metrics' | 'cronSecret' | 'publicUrl'>,
): void {
  app.get('/healthz', (_req, res) => void res.json({ status: 'ok' }));

  app.get('/readyz', async (_req, res) => {
    const { ok, checks } = await needs.isReady();
    res.status(ok ? 200 : 503).json({ status: ok ? 'ok' : 'unavailable', checks });
  });

  app.get('/metrics', async (req, res) => {
    if (!isOpen(needs.publicUrl, req) && !isOperator(needs.cronSecret, req.get('authorization'))) {
      res.setHeader('WWW-Authenticate', 'Bearer');
      return void res.status(401).json({ error: 'unauthorized' });
    }
    const { contentType, body } = await needs.metrics();
    res.setHeader('Content-Type', contentType);
    // end, not send: the type's version parameter must stay as Prometheus wrote it.
    res.end(body);
  });
}
