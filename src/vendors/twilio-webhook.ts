// Not the whole SDK: whoever only takes messages in sends none.
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { MessengerWebhook } from '../ports.ts';

/** The check of Twilio's signature: https://www.twilio.com/docs/usage/security#validating-requests. */
export const createWebhookCheck = ({ authToken }: { authToken: string }): MessengerWebhook => ({
  isGenuine: ({ signature, url, fields }) => signature !== '' && validateRequest(authToken, signature, url, fields),
});
