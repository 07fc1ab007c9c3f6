import type { Express } from 'express';
import { SWEEP_NAMES, SweepIncomplete, type SweepName } from '../../domain/sweep.ts';
import type { AppNeeds } from '../needs.ts';
import { isOperator } from '../operator.ts';
import { logOf } from '../request-context.ts';

type Needs = Pick<AppNeeds, 'cronSecret' | 'sweeps' | 'clock'>;

const isSweep = (name: string): name is SweepName => (SWEEP_NAMES as readonly string[]).includes(name);

/** A run that could not do all has run, and says so. */
async function outcomeOf(run: Promise<{ processed: number }>) {
  try {
    return { success: true, processed: (await run).processed };
  } catch (error) {
    if (!(error instanceof SweepIncomplete)) throw error;
    return { success: false, processed: error.processed, error: error.code };
  }
}

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
    const outcome = await outcomeOf(needs.sweeps[sweep]());
    logOf(res).info({ sweep, ...outcome }, 'sweep run on request');
    res.setHeader('Cache-Control', 'no-store');
    res.json({ ...outcome, timestamp: needs.clock.now().toISOString() });
  });
}
