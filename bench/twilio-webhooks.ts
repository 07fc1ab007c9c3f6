// Signed inbound messages of two thousand customers in turn: `npm run bench:twilio-webhooks`.
import { compareRoutes } from './compare-routes.ts';
import { numberOf, signedMessage } from './signed-message.ts';

const CUSTOMERS = 2_000;

const result = await compareRoutes({
  path: '/whatsapp/inbound',
  tables: { ours: 'inbound_messages', bare: 'bare_messages' },
  post: (url, run, n) =>
    signedMessage(url, {
      sid: `SM${run}${n}`,
      number: numberOf(n % CUSTOMERS),
      body: 'Bonjour, avez-vous des pneus 205/55 R16 pour une Clio ?',
    }),
});
process.stdout.write(`${result}\n`);
