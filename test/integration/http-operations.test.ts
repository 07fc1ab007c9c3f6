import { expect, jest, test } from '@jest/globals';
import { AppError } from '../../src/domain/errors.ts';
import { SweepIncomplete } from '../../src/domain/sweep.ts';
import { TOKEN } from '../support/order-samples.ts';
import { silentLog } from '../support/silent-log.ts';
import { stubNeeds } from '../support/stub-needs.ts';
import { withWeb } from '../support/web.ts';

const bearer = (secret: string): RequestInit => ({ headers: { authorization: `Bearer ${secret}` } });

test.each(['GET', 'POST'])('the operator runs a sweep with %s and hears how much it did', async (method) => {
  await withWeb({}, async (web) => {
    const response = await web.fetch('/cron/payment-reminders', { ...bearer('cron-secret'), method });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ success: true, processed: 3, timestamp: '2026-11-21T18:00:00.000Z' });
  });
});

test('the operator hears that a sweep could not do all, and how much it did', async () => {
  const failing = () =>
    Promise.reject(new SweepIncomplete('retention_incomplete', '1 of 9 failed', { processed: 8, cause: undefined }));
  await withWeb({ sweeps: { ...stubNeeds(silentLog).sweeps, 'apply-retention': failing } }, async (web) => {
    const response = await web.fetch('/cron/apply-retention', bearer('cron-secret'));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      ...{ success: false, processed: 8, error: 'retention_incomplete' },
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });
});

test.each([
  ['no secret', {}],
  ['a wrong secret', bearer('wrong')],
  ['the secret without its scheme', { headers: { authorization: 'cron-secret' } }],
])('with %s no sweep runs, and not even its name is told', async (_what, init) => {
  await withWeb({}, async (web) => {
    expect((await web.fetch('/cron/payment-reminders', init)).status).toBe(401);
    expect((await web.fetch('/cron/no-such-job', init)).status).toBe(401);
  });
});

test('an empty CRON_SECRET opens nothing', async () => {
  await withWeb({ cronSecret: '' }, async (web) => {
    expect((await web.fetch('/cron/payment-reminders', bearer(''))).status).toBe(401);
  });
});

test.each(['no-such-job', 'constructor', '__proto__'])('the sweep %s does not exist', async (name) => {
  await withWeb({}, async (web) => {
    expect((await web.fetch(`/cron/${name}`, bearer('cron-secret'))).status).toBe(404);
  });
});

test('health, readiness and metrics answer', async () => {
  await withWeb({}, async (web) => {
    expect(await (await web.fetch('/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await web.fetch('/readyz')).json()).toEqual({ status: 'ok', checks: { database: 'ok' } });
    const metrics = await web.fetch('/metrics', bearer('cron-secret'));
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await metrics.text()).toBe('up 1\n');
  });
});

test.each([
  ['of a shop with an https address', 'https://shop.example', {}],
  ['of a shop with an https address, through its proxy,', 'https://shop.example', { 'x-forwarded-for': '203.0.113.7' }],
  ['asked through a proxy', 'http://localhost:3000', { 'x-forwarded-for': '203.0.113.7' }],
  ['asked through a proxy of another kind', 'http://localhost:3000', { forwarded: 'for=203.0.113.7' }],
])(
  '/metrics %s is the operator’s alone: nobody else reads or counts anything',
  async (_what, publicUrl, through: Record<string, string>) => {
    const metrics = jest.fn(async () => ({ contentType: 'text/plain', body: 'up 1\n' }));
    await withWeb({ cronSecret: 'for the operator', metrics, publicUrl }, async (web) => {
      const ask = ({ headers }: RequestInit) =>
        web.fetch('/metrics', { headers: { ...(headers as Record<string, string>), ...through } });
      for (const init of [{}, bearer('wrong'), bearer('')]) {
        const refused = await ask(init);
        expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      }
      expect(metrics).not.toHaveBeenCalled();
      expect(await (await ask(bearer('for the operator'))).text()).toBe('up 1\n');
      expect((await web.fetch('/readyz', { headers: through })).status).toBe(200);
    });
  },
);

test('on a developer’s machine /metrics asks for nothing', async () => {
  await withWeb({ publicUrl: 'http://localhost:3000' }, async (web) => {
    expect(await (await web.fetch('/metrics')).text()).toBe('up 1\n');
  });
});

test('readiness is 503 with what is missing', async () => {
  await withWeb({ isReady: async () => ({ ok: false, checks: { database: 'no answer' } }) }, async (web) => {
    const response = await web.fetch('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ checks: { database: 'no answer' } });
  });
});

test('the QR picture is served to whoever knows its token', async () => {
  await withWeb({ pickupQrIsServed: async (token) => token === TOKEN }, async (web) => {
    const response = await web.fetch(`/media/qr/${TOKEN}.png`);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toMatch(/^private/);
    expect(await response.text()).toBe(`png of https://shop.example/pickup/${TOKEN}`);
    expect((await web.fetch(`/media/qr/${'B'.repeat(43)}.png`)).status).toBe(404);
  });
});

test.each(['x', "' OR 1=1", '../../etc/passwd', 'A'.repeat(44)])(
  'the QR token %s is refused before anything is looked up',
  async (token) => {
    await withWeb({}, async (web) => {
      expect((await web.fetch(`/media/qr/${encodeURIComponent(token)}.png`)).status).toBe(404);
    });
  },
);

test.each([
  ['a fault of ours', new AppError('broken', 'the password is hunter2'), 500, 'internal_error'],
  ['a fault that may pass', new AppError('down', 'host 10.0.0.1 is down', { retryable: true }), 503, 'unavailable'],
  ['an unknown error', new TypeError('cannot read properties of undefined'), 500, 'internal_error'],
  ['something thrown that is no error', 'hunter2', 500, 'internal_error'],
])('%s tells the client nothing but a reference', async (_what, thrown, status, reason) => {
  const metrics = async () => {
    throw thrown;
  };
  await withWeb({ metrics }, async (web) => {
    const response = await web.fetch('/metrics', bearer('cron-secret'));
    expect(response.status).toBe(status);
    const requestId = response.headers.get('x-request-id');
    expect(await response.json()).toEqual({ error: reason, requestId });
    const logged = web.lines.find((line) => line.level === 'error');
    expect(logged?.fields).toMatchObject({ requestId, error: thrown });
  });
});

test('a browser is met by a page in its language', async () => {
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  await withWeb({}, async (web) => {
    const french = await web.fetch('/nowhere', { headers: { accept } });
    expect(french.status).toBe(404);
    expect(await french.text()).toContain('Cette page n’existe pas');
    const spanish = await web.fetch('/nowhere', { headers: { accept, 'accept-language': 'es-MX,es;q=0.9' } });
    expect(await spanish.text()).toContain('<html lang="es">');
    expect(await (await web.fetch('/nowhere')).json()).toMatchObject({ error: 'not_found' });
  });
});

test.each(['/pickup/%E0%A4%A', '/staff/orders/%', '/media/qr/%ff.png'])(
  '%s is a bad request, no fault',
  async (path) => {
    await withWeb({}, async (web) => {
      expect((await web.fetch(path)).status).toBe(400);
      expect(web.lines.filter((line) => line.level === 'error')).toEqual([]);
    });
  },
);

test('every answer forbids inline scripts, sniffing, framing and referrers to others', async () => {
  await withWeb({}, async (web) => {
    const { headers } = await web.fetch('/healthz');
    expect(headers.get('content-security-policy')).toContain("script-src 'self';style-src 'self'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('strict-transport-security')).toContain('max-age');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

test('the log names the route and never the address with its token', async () => {
  await withWeb({}, async (web) => {
    await web.fetch(`/pickup/${TOKEN}?secret=1`);
    await web.fetch('/payment/verify-session?session_id=cs_../x');
    const logged = JSON.stringify(web.lines);
    expect(logged).toContain('"route":"/pickup/:token"');
    expect(logged).not.toContain(TOKEN);
    expect(logged).not.toContain('cs_');
  });
});
