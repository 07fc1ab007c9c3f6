import express, { type Express } from 'express';
import { eventLabel } from '../../domain/measures.ts';
import type { AppNeeds } from '../needs.ts';
import { logOf, noteFor } from '../request-context.ts';
import { countWebhook } from '../webhook-count.ts';

type Needs = Pick<AppNeeds, 'verifyPaymentEvent' | 'receivePaymentEvent' | 'meter'>;

// Stripe signs the bytes: they are kept as they came, whatever they claim to be.
const readBytes = express.raw({ type: () => true, limit: '1mb', inflate: false });

export function addStripeRoutes(app: Express, needs: Needs): void {
  app.post('/webhook/stripe', readBytes, async (req, res) => {
    const webhook = countWebhook(needs.meter, res, { vendor: 'stripe', kind: 'unknown' });
    const signature = req.get('stripe-signature');
    const event = signature && Buffer.isBuffer(req.body) ? needs.verifyPaymentEvent(req.body, signature) : undefined;
    if (!event) {
      webhook.outcome = 'invalid_signature';
      logOf(res).warn({ signed: Boolean(signature) }, 'refused a post without a valid Stripe signature');
      return void res.status(400).json({ error: 'invalid_signature' });
    }
    webhook.kind = eventLabel(event.type);
    const outcome = await needs.receivePaymentEvent(event);
    webhook.outcome = outcome;
    noteFor(res, { eventId: event.id, type: event.type, outcome });
    res.json({ received: true });
  });
}
