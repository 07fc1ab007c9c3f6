import type { Express } from 'express';
import type { AppNeeds } from '../needs.ts';

/** What a customer asked for with "mes données": a file for whoever holds the link, and for nobody's cache or index. */
export function addPersonalDataRoutes(app: Express, needs: Pick<AppNeeds, 'givePersonalData'>): void {
  app.get('/media/data/:token.json', async (req, res) => {
    const data = await needs.givePersonalData(req.params.token);
    res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex', 'Referrer-Policy': 'no-referrer' });
    if (!data) return void res.status(404).json({ error: 'not_found' });
    res.attachment('mes-donnees.json').send(`${JSON.stringify(data, null, 2)}\n`);
  });
}
