import type { Express, Request } from 'express';
import type { AppNeeds } from '../needs.ts';
import { isOperator } from '../operator.ts';

/** Whether it came through the proxy that stands between the process and the internet, and not from the operator's own network. */
const isFromOutside = (req: Request): boolean =>
  ['x-forwarded-for', 'forwarded'].some((name) => req.get(name) !== undefined);

/** For whoever runs it: is the process up, can it work, how is it doing. */
export function addOperationsRoutes(app: Express, needs: Pick<AppNeeds, 'isReady' | 'metrics' | 'cronSecret'>): void {
  app.get('/healthz', (_req, res) => void res.json({ status: 'ok' }));

  app.get('/readyz', async (_req, res) => {
    const { ok, checks } = await needs.isReady();
    res.status(ok ? 200 : 503).json({ status: ok ? 'ok' : 'unavailable', checks });
  });

  app.get('/metrics', async (req, res) => {
    if (isFromOutside(req) && !isOperator(needs.cronSecret, req.get('authorization'))) {
      res.setHeader('WWW-Authenticate', 'Bearer');
      return void res.status(401).json({ error: 'unauthorized' });
    }
    const { contentType, body } = await needs.metrics();
    res.setHeader('Content-Type', contentType);
    // end, not send: the type's version parameter must stay as Prometheus wrote it.
    res.end(body);
  });
}
