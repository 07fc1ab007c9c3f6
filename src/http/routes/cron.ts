import type { Express } from 'express';
import { SWEEP_NAMES, type SweepName } from '../../domain/sweep.ts';
import type { AppNeeds } from '../needs.ts';
import { isOperator } from '../operator.ts';
import { logOf } from '../request-context.ts';

type Needs = Pick<AppNeeds, 'cronSecret' | 'sweeps' | 'clock'>;

const isSweep = (name: string): name is SweepName => (SWEEP_NAMES as readonly string[]).includes(name);

export function addCronRoutes(app: Express, needs: Needs): void {
  app.all('/cron/:sweep', async (req, res) => {
    if (!isOperator(needs.cronSecret, req.get('authorization'))) {
      res.setHeader('WWW-Authenticate', 'Bearer');
      return void res.status(401).json({ success: false, error: 'unauthorized' });
    }
    const { sweep } = req.params;
    if (!isSweep(sweep)) return void res.status(404).json({ success: false, error: 'unknown_job' });
    if (req.method !== 'GET' && req.method !== 'POST') {
      return void res.status(405).setHeader('Allow', 'GET, POST').json({ success: false, error: 'method_not_allowed' });
    }
    const { processed } = await needs.sweeps[sweep]();
    logOf(res).info({ sweep, processed }, 'sweep run on request');
    res.setHeader('Cache-Control', 'no-store');
    res.json({ success: true, processed, timestamp: needs.clock.now().toISOString() });
  });
}
