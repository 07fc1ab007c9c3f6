import type { LivedInShop } from './lived-in-shop.ts';

export type CheckedPage = {
  /** As the app declares it; one a page. */
  route: string;
  name: string;
  path: string;
  as: 'manager' | 'staff' | 'nobody';
  status: number;
  /** What the answer to a form looks like: sent to `path` from that page, with its hidden fields. */
  form?: { from: string; fields: Record<string, string> };
};

type Given = Pick<CheckedPage, 'name' | 'path'> & Partial<Pick<CheckedPage, 'as' | 'status' | 'form'>>;

/**
 * Every page there is, by its route, each as it looks when there is something to see: test/integration/every-page.test.ts
 * holds this list against the app's own, so that a new page is checked or the suite fails.
 */
export function pagesOf(shop: LivedInShop): CheckedPage[] {
  const { orders, talks, catalogue } = shop;
  const order = (name: keyof Omit<typeof orders, 'pickupToken'>) => `/staff/orders/${orders[name].orderId}`;
  const nobody = { as: 'nobody' } as const;
  const pages: Record<string, Given[]> = {
    '/staff/login': [
      { name: 'login', path: '/staff/login', ...nobody },
      {
        ...{ name: 'login refused', path: '/staff/login', status: 401, ...nobody },
        form: { from: '/staff/login', fields: { email: 'nobody@shop.example', password: 'x' } },
      },
    ],
    '/staff/login/code': [{ name: 'login, code', path: '/staff/login/code', ...nobody }],
    '/staff/forgot': [{ name: 'forgot', path: '/staff/forgot', ...nobody }],
    '/staff/link/:token': [
      { name: 'invitation', path: `/staff/link/${shop.inviteToken}`, ...nobody },
      { name: 'dead link', path: '/staff/link/unknown', status: 410, ...nobody },
    ],
    '/staff': [
      { name: 'orders', path: '/staff' },
      { name: 'orders, filtered', path: '/staff?group=to_pay&period=today&q=Michelin', as: 'staff' },
    ],
    '/staff/orders/:id': [
      { name: 'order to pay', path: order('toPay') },
      { name: 'order half refunded', path: order('toPrepare') },
      { name: 'order disputed', path: order('disputed') },
      { name: 'order in review', path: order('inReview') },
      { name: 'order ready, with a note', path: `${order('ready')}?done=ready`, as: 'staff' },
      {
        ...{ name: 'order, note refused', path: `${order('ready')}/note`, status: 400 },
        form: { from: order('ready'), fields: { note: ' ' } },
      },
      {
        ...{ name: 'form expired', path: `${order('ready')}/note`, status: 403 },
        form: { from: order('ready'), fields: { note: 'x', csrf: 'old' } },
      },
    ],
    '/staff/orders/:id/slip': [{ name: 'slip', path: `${order('toPrepare')}/slip` }],
    '/staff/pick-list': [
      { name: 'pick list', path: '/staff/pick-list' },
      { name: 'slips', path: '/staff/pick-list?slips=1' },
    ],
    '/staff/scan': [
      { name: 'scan', path: '/staff/scan' },
      { name: 'scanned', path: `/staff/scan?code=${orders.ready.orderNumber}` },
      { name: 'scanned, disputed', path: `/staff/scan?code=${orders.disputed.orderNumber}` },
      { name: 'scanned, unknown', path: '/staff/scan?code=C-999999', status: 404 },
    ],
    '/pickup/:token': [
      { name: 'pickup', path: `/pickup/${orders.pickupToken}` },
      { name: 'pickup, unknown', path: `/pickup/${'A'.repeat(43)}`, status: 404 },
    ],
    '/staff/conversations': [
      { name: 'conversations', path: '/staff/conversations' },
      { name: 'conversations, older', path: `/staff/conversations?older=${Array(4).fill('999999').join('_')}` },
      { name: 'conversations, none older', path: '/staff/conversations?older=1_1_1_1', as: 'staff' },
    ],
    '/staff/conversations/:id': [
      { name: 'conversation taken over', path: `/staff/conversations/${talks.takenId}` },
      { name: 'conversation waiting', path: `/staff/conversations/${talks.waitingId}`, as: 'staff' },
      { name: 'conversation closed', path: `/staff/conversations/${talks.closedId}` },
    ],
    '/staff/catalogue': [
      { name: 'catalogue', path: '/staff/catalogue' },
      { name: 'catalogue, preview', path: '/staff/catalogue?q=michelin+205' },
    ],
    '/staff/catalogue/new': [{ name: 'new product', path: '/staff/catalogue/new' }],
    '/staff/catalogue/:id': [
      { name: 'product', path: `/staff/catalogue/${catalogue.productId}?words=michelin` },
      { name: 'product, to staff', path: `/staff/catalogue/${catalogue.productId}`, as: 'staff' },
    ],
    '/staff/catalogue/import': [{ name: 'import', path: '/staff/catalogue/import' }],
    '/staff/catalogue/imports/:id': [
      { name: 'import with bad lines', path: `/staff/catalogue/imports/${catalogue.importId}` },
    ],
    '/staff/money': [
      { name: 'money', path: '/staff/money' },
      { name: 'managers only', path: '/staff/money', as: 'staff', status: 403 },
    ],
    '/staff/numbers': [{ name: 'numbers', path: '/staff/numbers' }],
    '/staff/events/:id': [{ name: 'payment event', path: `/staff/events/${shop.eventId}` }],
    '/staff/needs-you': [
      { name: 'what needs you', path: '/staff/needs-you' },
      { name: 'what needs you, to staff', path: '/staff/needs-you', as: 'staff' },
    ],
    '/staff/team': [{ name: 'team', path: '/staff/team' }],
    '/staff/audit': [{ name: 'audit', path: '/staff/audit' }],
    '/staff/settings': [{ name: 'settings', path: '/staff/settings' }],
    '/staff/settings/reminders': [{ name: 'settings, reminders', path: '/staff/settings/reminders' }],
    '/staff/settings/places': [{ name: 'settings, places', path: '/staff/settings/places' }],
    '/staff/account': [
      { name: 'account', path: '/staff/account' },
      {
        ...{ name: 'second factor', path: '/staff/account/second-factor' },
        form: { from: '/staff/account', fields: { password: shop.password } },
      },
    ],
    '/payment/success': [
      { name: 'paid', path: `/payment/success?session_id=${orders.ready.sessionId}`, ...nobody },
      { name: 'payment pending', path: `/payment/success?session_id=${orders.toPay.sessionId}`, ...nobody },
      { name: 'payment unknown', path: '/payment/success', status: 400, ...nobody },
    ],
    '/payment/cancel': [
      { name: 'payment to try again', path: `/payment/cancel?order_id=${orders.toPay.orderId}`, ...nobody },
      { name: 'payment of a cancelled order', path: `/payment/cancel?order_id=${orders.cancelled.orderId}`, ...nobody },
    ],
    '(none)': [{ name: 'no such page', path: '/nowhere', status: 404, ...nobody }],
  };
  return Object.entries(pages).flatMap(([route, given]) =>
    given.map((page): CheckedPage => ({ route, as: 'manager', status: 200, ...page })),
  );
}

/** What answers something else than a page. */
export const NO_PAGES = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/cron/:sweep',
  '/media/qr/:token.png',
  '/media/products/:name',
  '/media/data/:token.json',
  '/payment/verify-session',
  '/staff/live',
  '/staff/orders.csv',
  '/staff/numbers.csv',
  '/staff/catalogue/imports/:id/errors.csv',
  '/assets/barcode/ponyfill.js',
  '/assets/barcode/zxing_reader.wasm',
];
