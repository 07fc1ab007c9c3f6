// The bare limit of the webhook bench: Express, the SDK's own check, one INSERT, and nothing else.
import express from 'express';
import pg from 'pg';
import Stripe from 'stripe';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const secret = process.env.STRIPE_WEBHOOK_SECRET as string;
await pool.query('CREATE TABLE IF NOT EXISTS bare_events (id text PRIMARY KEY, payload jsonb NOT NULL)');

const app = express();
app.get('/readyz', (_req, res) => void res.json({ status: 'ok' }));
app.post('/webhook/stripe', express.raw({ type: () => true }), async (req, res) => {
  let event: Stripe.Event;
  try {
    event = Stripe.webhooks.constructEvent(req.body, req.get('stripe-signature') ?? '', secret);
  } catch {
    return void res.status(400).json({ error: 'invalid_signature' });
  }
  await pool.query('INSERT INTO bare_events (id, payload) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    event.id,
    (req.body as Buffer).toString(),
  ]);
  res.json({ received: true });
});
const server = app.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void pool.end().then(() => process.exit(0));
});
