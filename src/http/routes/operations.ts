import type { Express } from 'express';
import type { AppNeeds } from '../needs.ts';
import { isOperator } from '../operator.ts';

/** For whoever runs it: is the process up, can it work, how is it doing. */
export function addOperationsRoutes(
  app: Express,
  needs: Pick<AppNeeds, 'isReady' | 'metrics' | 'metricsSecret'>,
): void {
  app.get('/healthz', (_req, res) => void res.json({ status: 'ok' }));

  app.get('/readyz', async (_req, res) => {
    const { ok, checks } = await needs.isReady();
    res.status(ok ? 200 : 503).json({ status: ok ? 'ok' : 'unavailable', checks });
  });

  app.get('/metrics', async (req, res) => {
    const { metricsSecret } = needs;
    if (metricsSecret !== null && !isOperator(metricsSecret, req.get('authorization'))) {
      res.setHeader('WWW-Authenticate', 'Bearer');
      return void res.status(401).json({ error: 'unauthorized' });
    }
    const { contentType, body } = await needs.metrics();
    res.setHeader('Content-Type', contentType);
    // end, not send: the type's version parameter must stay as Prometheus wrote it.
    res.end(body);
  });
}
