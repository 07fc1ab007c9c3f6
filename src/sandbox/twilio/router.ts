import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { Faults } from '../faults.ts';
import type { Phones } from '../phones.ts';
import type { Contents } from './contents.ts';
import { answerTwilioError, TwilioError } from './errors.ts';
import type { InboundFiles } from './inbound-media.ts';
import type { MessageFilter, Messages } from './messages.ts';
import type { Outbound } from './outbound.ts';
import { senderRoutes } from './sender-routes.ts';
import type { Senders } from './senders.ts';
import type { TwilioAccount } from './twilio.ts';

type Parts = {
  account: TwilioAccount;
  messages: Messages;
  contents: Contents;
  senders: Senders;
  outbound: Outbound;
  files: InboundFiles;
  phones: Phones;
  faults: Faults;
};

/** The parts of api.twilio.com, content.twilio.com and messaging.twilio.com that the shop uses. */
export function twilioRouter(parts: Parts): Router {
  const router = express.Router({ caseSensitive: true });
  router.use(parts.files.cdnRoutes());
  router.use((request, _response, next) => {
    requireAccount(request, parts.account);
    next();
  });
  router.use(parts.faults.middleware());
  router.use(express.text({ type: 'application/x-www-form-urlencoded', limit: '1mb' }));
  router.use('/v1/Content', express.json({ limit: '1mb' }));
  accountRoutes(router, parts);
  messageRoutes(router, parts);
  router.use(parts.files.apiRoutes());
  contentRoutes(router, parts);
  router.use(senderRoutes(parts.senders));
  router.post('/v2/Indicators/Typing.json', (request, response) => showTyping(parts, request, response));
  router.use((request: Request, _response: Response, _next: NextFunction) => {
    throw new TwilioError(404, 20404, `The requested resource ${request.originalUrl} was not found`);
  });
  router.use(answerTwilioError);
  return router;
}

function requireAccount(request: Request, account: Parts['account']): void {
  const expected = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64');
  if (request.get('authorization') !== `Basic ${expected}`) throw new TwilioError(401, 20003, 'Authenticate');
}

function formOf(request: Request): URLSearchParams {
  return new URLSearchParams(typeof request.body === 'string' ? request.body : '');
}

function accountRoutes(router: Router, { account }: Parts): void {
  router.get('/2010-04-01/Accounts/:file', (request, response) => {
    if (request.params.file !== `${account.accountSid}.json`) throw new TwilioError(404, 20404, 'Account not found');
    const uri = `/2010-04-01/Accounts/${account.accountSid}`;
    response.json({
      sid: account.accountSid,
      owner_account_sid: account.accountSid,
      friendly_name: 'Sandbox',
      status: 'active',
      type: 'Trial',
      auth_token: account.authToken,
      date_created: 'Sat, 21 Nov 2026 00:00:00 +0000',
      date_updated: 'Sat, 21 Nov 2026 00:00:00 +0000',
      subresource_uris: { messages: `${uri}/Messages.json` },
      uri: `${uri}.json`,
    });
  });
}

function messageRoutes(router: Router, { account, messages, outbound }: Parts): void {
  const base = `/2010-04-01/Accounts/${account.accountSid}`;
  router.post(`${base}/Messages.json`, (request, response) => {
    response.status(201).json(messages.resource(outbound.create(formOf(request))));
  });
  router.get(`${base}/Messages.json`, (request, response) => {
    const query = new URL(request.originalUrl, 'http://sandbox').searchParams;
    const found = messages.list(filterOf(query));
    const size = Math.min(Math.max(Number(query.get('PageSize') ?? 50), 1), 1000);
    const page = Math.max(Number(query.get('Page') ?? 0), 0);
    response.json({
      ...pageLinks(request.originalUrl, page, size, found.length),
      messages: found.slice(page * size, (page + 1) * size).map((message) => messages.resource(message)),
    });
  });
  router.get(`${base}/Messages/:file`, (request, response) => {
    const message = messages.find(request.params.file.replace(/\.json$/, ''));
    if (!message) throw new TwilioError(404, 20404, `The requested resource ${request.path} was not found`);
    response.json(messages.resource(message));
  });
}

function filterOf(query: URLSearchParams): MessageFilter {
  const filter: MessageFilter = {};
  const fields = {
    To: 'to',
    From: 'from',
    DateSent: 'sentOn',
    'DateSent>': 'sentFrom',
    'DateSent<': 'sentUntil',
  } as const;
  for (const [name, key] of Object.entries(fields)) {
    const value = query.get(name);
    if (value) filter[key] = value;
  }
  return filter;
}

function pageLinks(originalUrl: string, page: number, size: number, total: number): Record<string, unknown> {
  const link = (to: number): string => {
    const url = new URL(originalUrl, 'http://sandbox');
    url.searchParams.set('PageSize', String(size));
    url.searchParams.set('Page', String(to));
    return url.pathname + url.search;
  };
  return {
    uri: link(page),
    first_page_uri: link(0),
    next_page_uri: (page + 1) * size < total ? link(page + 1) : null,
    previous_page_uri: page > 0 ? link(page - 1) : null,
    page,
    page_size: size,
    start: page * size,
    end: Math.max(Math.min((page + 1) * size, total) - 1, 0),
  };
}

function contentRoutes(router: Router, { contents }: Parts): void {
  const url = (sid: string): string => `https://content.twilio.com/v1/Content/${sid}`;
  const resource = ({ approval: _approval, ...content }: ReturnType<Contents['fetch']>) => ({
    ...content,
    url: url(content.sid),
    links: {
      approval_create: `${url(content.sid)}/ApprovalRequests/whatsapp`,
      approval_fetch: `${url(content.sid)}/ApprovalRequests`,
    },
  });
  router.post('/v1/Content', (request, response) => {
    response.status(201).json(resource(contents.create(request.body)));
  });
  router.get('/v1/Content', (_request, response) => {
    const all = contents.list().map(resource);
    const first = 'https://content.twilio.com/v1/Content?PageSize=1000&Page=0';
    const meta = { page: 0, page_size: 1000, first_page_url: first, url: first, key: 'contents' };
    response.json({ contents: all, meta: { ...meta, next_page_url: null, previous_page_url: null } });
  });
  router.get('/v1/Content/:sid', (request, response) => {
    response.json(resource(contents.fetch(request.params.sid)));
  });
  router.delete('/v1/Content/:sid', (request, response) => {
    contents.remove(request.params.sid);
    response.status(204).end();
  });
  router.post('/v1/Content/:sid/ApprovalRequests/whatsapp', (request, response) => {
    response.status(201).json(contents.requestApproval(request.params.sid, request.body));
  });
  router.get('/v1/Content/:sid/ApprovalRequests', (request, response) => {
    const { sid, account_sid, approval } = contents.fetch(request.params.sid);
    const whatsapp = approval ? { type: 'whatsapp', ...approval } : { type: 'whatsapp', status: 'unsubmitted' };
    response.json({ sid, account_sid, whatsapp, url: `${url(sid)}/ApprovalRequests` });
  });
}

function showTyping({ messages, phones }: Parts, request: Request, response: Response): void {
  const form = formOf(request);
  const message = messages.find(form.get('messageId') ?? '');
  if (form.get('channel') !== 'whatsapp' || message?.direction !== 'inbound') {
    throw new TwilioError(400, 20001, 'messageId must be an inbound WhatsApp message');
  }
  const customer = phones.customerByPhone(message.from.slice('whatsapp:'.length));
  if (customer) {
    phones.shopRead(customer.id);
    phones.setTyping(customer.id, true);
  }
  response.json({ success: true });
}
