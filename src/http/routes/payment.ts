import type { Express, Response } from 'express';
import type { Locale } from '../../domain/locale.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { SessionStatus } from '../../flows/verify-session.ts';
import { isCheckoutSessionId, single } from '../identifiers.ts';
import type { AppNeeds } from '../needs.ts';
import { browserLocale, sendPage } from '../page.tsx';
import { cancelPage, successPage, unknownPage } from '../payment/pages.tsx';
import { logOf } from '../request-context.ts';

type Needs = Pick<AppNeeds, 'verifySession' | 'paymentLinkFor' | 'shop'>;

const BAD_ID: Record<Locale, string> = {
  fr: 'Il manque le numéro de la session de paiement, ou il n’est pas valable.',
  en: 'The payment session’s number is missing or not valid.',
  es: 'Falta el número de la sesión de pago o no es válido.',
};

const isUnknown = (state: SessionStatus) => state.status === 'error' && state.orderNumber === undefined;

/** The page asks again in a moment: whoever has just paid must not be met by an error of ours. */
async function stateForPage(needs: Needs, sessionId: string, locale: Locale, res: Response): Promise<SessionStatus> {
  try {
    return await needs.verifySession(sessionId);
  } catch (error) {
    logOf(res).error({ error }, 'a payment could not be looked up: its page shows it as pending');
    return { status: 'pending', message: '', locale };
  }
}

export function addPaymentRoutes(app: Express, needs: Needs): void {
  const { shop } = needs;

  app.get('/payment/success', async (req, res) => {
    const sessionId = single(req.query.session_id);
    const locale = browserLocale(req);
    if (!isCheckoutSessionId(sessionId)) return sendPage(res, 400, unknownPage({ shop, locale }));
    const state = await stateForPage(needs, sessionId, locale, res);
    if (isUnknown(state)) return sendPage(res, 404, unknownPage({ shop, locale }));
    sendPage(res, 200, successPage({ shop, sessionId, state }));
  });

  app.get('/payment/verify-session', async (req, res) => {
    const sessionId = single(req.query.session_id);
    res.setHeader('Cache-Control', 'no-store');
    if (!isCheckoutSessionId(sessionId)) {
      return void res.status(400).json({ status: 'error', message: BAD_ID[browserLocale(req)] });
    }
    const state = await needs.verifySession(sessionId);
    const { status, message, orderNumber } = state;
    res.status(isUnknown(state) ? 404 : 200).json({ status, message, ...(orderNumber && { orderNumber }) });
  });

  app.get('/payment/cancel', async (req, res) => {
    const orderId = single(req.query.order_id);
    const locale = browserLocale(req);
    if (!isUuid(orderId)) return sendPage(res, 400, unknownPage({ shop, locale }));
    const link = await needs.paymentLinkFor(orderId);
    sendPage(res, link.kind === 'unknown' ? 404 : 200, cancelPage({ shop, link, locale }));
  });
}
