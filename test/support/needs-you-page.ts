import { expect } from '@jest/globals';
import { countOpenConcerns, showConcerns } from '../../src/flows/show-concerns.ts';
import {
  replayGivenUpEvents,
  replayPaymentEvent,
  sendMessagesAgain,
  sendNotificationAgain,
  settleMessage,
  settleNotification,
  settlePaymentEvent,
} from '../../src/flows/try-again.ts';
import type { StaffAccounts } from '../../src/ports.ts';
import { csrfIn, form } from './html-forms.ts';
import type { MoneyDesk } from './money-desk.ts';
import { BUDGET_MICRO_USD } from './one-of-each-concern.ts';
import { noOrders } from './order-samples.ts';
import { SESSION_COOKIE } from './stub-accounts.ts';
import { type Web, withWeb } from './web.ts';

export const PATH = '/staff/needs-you';
export const headers = { cookie: SESSION_COOKIE, 'accept-language': 'en' };
export const needsOf = (desk: MoneyDesk) => ({ ...desk, modelTerms: { shopDailyMicroUsd: BUDGET_MICRO_USD } });

/** The page of what needs somebody, and its buttons, on the real flows; only who is logged in is given. */
export const withNeedsYou = (desk: MoneyDesk, accounts: StaffAccounts, use: (web: Web) => Promise<void>) =>
  withWeb(
    {
      ...{ accounts, listOrders: noOrders },
      countConcerns: () => countOpenConcerns(needsOf(desk)),
      showConcerns: (wish) => showConcerns(needsOf(desk), wish),
      sendMessagesAgain: (wish) => sendMessagesAgain(needsOf(desk), wish),
      settleMessage: (wish) => settleMessage(desk, wish),
      replayPaymentEvent: (wish) => replayPaymentEvent(desk, wish),
      replayGivenUpEvents: (wish) => replayGivenUpEvents(desk, wish),
      settlePaymentEvent: (wish) => settlePaymentEvent(desk, wish),
      sendNotificationAgain: (wish) => sendNotificationAgain(desk, wish),
      settleNotification: (wish) => settleNotification(desk, wish),
    },
    use,
  );

/** A page with its token and its badge. */
export async function open(web: Web, path = PATH) {
  const response = await web.fetch(path, { headers });
  const html = await response.text();
  const badge = /<summary[^>]*>.*?<b class="badge"[^>]*>([^<]*)</s.exec(html)?.[1];
  return { status: response.status, html, csrf: csrfIn(html), badge };
}

/** Presses the button of this form on the page, if it is there. */
export async function press(web: Web, act: string) {
  const { html, csrf } = await open(web);
  expect(html).toContain(`action="${PATH}/${act}"`);
  const response = await web.fetch(`${PATH}/${act}`, form({ csrf }, headers));
  return { status: response.status, html: await response.text() };
}

/** Sends the form although the page does not show it. */
export const force = async (web: Web, act: string, csrf: string) =>
  (await web.fetch(`${PATH}/${act}`, form({ csrf }, headers))).status;
