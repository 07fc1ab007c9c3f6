import path from 'node:path';
import compression from 'compression';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { errorHandler, notFound } from './error-handler.ts';
import { createLiveStreams } from './live-streams.ts';
import type { AppNeeds } from './needs.ts';
import { requestContext, requestSpan } from './request-context.ts';
import { addCronRoutes } from './routes/cron.ts';
import { addMediaRoutes } from './routes/media.ts';
import { addOperationsRoutes } from './routes/operations.ts';
import { addPaymentRoutes } from './routes/payment.ts';
import { addPersonalDataRoutes } from './routes/personal-data.ts';
import { addPickupRoutes } from './routes/pickup.ts';
import { addStaffRoutes } from './routes/staff.ts';
import { addStaffAccountRoutes } from './routes/staff-account.ts';
import { addStaffAuditRoutes } from './routes/staff-audit.ts';
import { addStaffCatalogueRoutes } from './routes/staff-catalogue.ts';
import { addStaffConcernRoutes } from './routes/staff-concerns.ts';
import { addStaffConversationRoutes } from './routes/staff-conversations.ts';
import { addStaffDeedRoutes } from './routes/staff-deeds.ts';
import { addStaffImportRoutes } from './routes/staff-imports.ts';
import { addStaffLinkRoutes } from './routes/staff-links.ts';
import { addStaffLiveRoutes } from './routes/staff-live.ts';
import { addStaffMoneyRoutes } from './routes/staff-money.ts';
import { addStaffNumbersRoutes } from './routes/staff-numbers.ts';
import { addStaffOrderRoutes } from './routes/staff-orders.ts';
import { addStaffScanRoutes } from './routes/staff-scan.ts';
import { addStaffSettingsRoutes } from './routes/staff-settings.ts';
import { addStaffTeamRoutes } from './routes/staff-team.ts';
import { addStripeRoutes } from './routes/stripe.ts';
import { addWhatsappRoutes } from './routes/whatsapp.ts';
import { createBadge } from './staff/badge.ts';

function securityHeaders(isHttps: boolean) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isHttps && { maxAge: 31_536_000, includeSubDomains: false },
    // Pickup tokens stand in addresses: other sites must not see them. Not `no-referrer`, under which browsers send our
    // own forms with `Origin: null`.
    referrerPolicy: { policy: 'same-origin' },
  });
}

const COMPRESSED = /^(?:text\/(?:html|css|javascript)|application\/(?:json|wasm)|image\/svg\+xml)(?:;|$)/;

/** Pages and what they load, by what they are: event streams and exports leave as they are written. */
const compressPages = () =>
  compression({ filter: (_req, res) => COMPRESSED.test(String(res.getHeader('Content-Type') ?? '')) });

/** The whole web. Routes are declared on the app itself, so that the log can name them by their pattern. */
export function createApp(given: AppNeeds): Express {
  const badge = createBadge({ count: given.countConcerns });
  const needs = { ...given, publicUrl: given.publicUrl.replace(/\/+$/, ''), badge };
  const isHttps = needs.publicUrl.startsWith('https:');
  const app = express();
  app.disable('x-powered-by');
  // Nothing here may be cached but assets, which bring their own.
  app.disable('etag');
  app.set('query parser', 'simple');
  // We speak plain HTTP, so a public https address means one proxy that ends TLS (Heroku's router): the last address it
  // adds is the client's. Without one, X-Forwarded-For is anybody's word.
  app.set('trust proxy', isHttps ? 1 : false);
  app.use(requestContext(needs));
  if (needs.tracer.isOn) app.use(requestSpan(needs.tracer));
  // Vendors' machines read no headers that are for browsers.
  addWhatsappRoutes(app, needs);
  addStripeRoutes(app, needs);
  app.use(securityHeaders(isHttps));
  app.use(compressPages());
  app.use('/assets', express.static(path.join(import.meta.dirname, 'public'), { index: false, maxAge: '1h' }));
  // What somebody just did shows on the page they are sent to.
  app.use((req, res, next) => {
    if (req.method === 'POST') res.once('finish', badge.forget);
    next();
  });
  addOperationsRoutes(app, needs);
  addCronRoutes(app, needs);
  addMediaRoutes(app, needs);
  addPersonalDataRoutes(app, needs);
  addPaymentRoutes(app, needs);
  addPickupRoutes(app, needs);
  const streams = createLiveStreams({ ...needs.live, badge });
  addStaffRoutes(app, needs, streams);
  addStaffOrderRoutes(app, needs);
  addStaffScanRoutes(app, needs);
  addStaffDeedRoutes(app, needs);
  addStaffMoneyRoutes(app, needs);
  addStaffConcernRoutes(app, needs);
  addStaffNumbersRoutes(app, needs);
  addStaffTeamRoutes(app, needs);
  addStaffLinkRoutes(app, needs);
  addStaffAccountRoutes(app, needs, streams);
  addStaffAuditRoutes(app, needs);
  addStaffSettingsRoutes(app, needs);
  addStaffConversationRoutes(app, needs);
  // Before the products, whose ids stand where its name does.
  addStaffImportRoutes(app, needs);
  addStaffCatalogueRoutes(app, needs);
  addStaffLiveRoutes(app, needs, streams);
  app.use(notFound(needs.shop));
  app.use(errorHandler(needs.shop));
  return app;
}
