// The bare limit of the benches: Express, the SDK's own check and one INSERT for a webhook, one SELECT for a page.
import express from 'express';
import pg from 'pg';
import Stripe from 'stripe';
import twilio from 'twilio';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const secret = process.env.STRIPE_WEBHOOK_SECRET as string;
await pool.query('CREATE TABLE IF NOT EXISTS bare_events (id text PRIMARY KEY, payload jsonb NOT NULL)');
await pool.query('CREATE TABLE IF NOT EXISTS bare_messages (sid text PRIMARY KEY, fields jsonb NOT NULL)');

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
app.post('/whatsapp/inbound', express.urlencoded({ extended: false }), async (req, res) => {
  const url = `http://127.0.0.1:${process.env.PORT}/whatsapp/inbound`;
  const token = process.env.TWILIO_AUTH_TOKEN as string;
  if (!twilio.validateRequest(token, req.get('x-twilio-signature') ?? '', url, req.body)) {
    return void res.status(403).json({ error: 'invalid_signature' });
  }
  await pool.query('INSERT INTO bare_messages (sid, fields) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    req.body.MessageSid,
    req.body,
  ]);
  res.type('text/xml').send('<Response/>');
});
app.get('/orders/:id', async (req, res) => {
  const { rows } = await pool.query('SELECT * FROM orders WHERE id = $1', [req.params.id]);
  res.json(rows[0]);
});
const server = app.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void pool.end().then(() => process.exit(0));
});
