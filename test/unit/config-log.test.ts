import { expect, test } from '@jest/globals';
import { AppError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void, level = 'debug'): string {
  const lines: string[] = [];
  write(createLog({ level, destination: { write: (line: string) => void lines.push(line) } }));
  return lines.join('');
}

const token = 'A'.repeat(43);
const PRIVATE = [
  'Marie',
  '590690123456',
  'bonjour monsieur',
  'marie@example.com',
  'hunter2',
  token,
  'sk_live_abcdefghij',
];

test('personal data and secrets stay out of a line, wherever they stand', () => {
  const line = logged((log) =>
    log.child({ customer: { phone: '+590690123456', firstName: 'Marie' } }).info(
      {
        orderId: 'order-1',
        request: {
          headers: { authorization: 'Bearer hunter2hunter2', cookie: 'session=hunter2' },
          body: 'bonjour monsieur',
        },
        path: `/pickup/${token}`,
        note: `sent to whatsapp:+590690123456 and marie@example.com with sk_live_abcdefghij`,
        list: [{ email: 'marie@example.com' }, { text: 'bonjour monsieur' }],
        err: new AppError('twilio_63016', 'refused for +590690123456', { cause: new Error('marie@example.com') }),
      },
      'message sent',
    ),
  );
  for (const secret of PRIVATE) expect(line).not.toContain(secret);
  expect(JSON.parse(line)).toMatchObject({
    msg: 'message sent',
    orderId: 'order-1',
    note: 'sent to whatsapp:+590…56 and [email] with sk_[hidden]',
    err: { error: 'twilio_63016: refused for +590…56' },
  });
});

test.each([
  ['+33 6 39 98 12 34 called', '+336…34 called'],
  ['To=whatsapp%3A%2B33639981234', 'To=whatsapp%3A+336…34'],
  ['postgresql://shop:hunter2@localhost:5432/comptoir', 'postgresql://[hidden]@localhost:5432/comptoir'],
  ['Incorrect API key provided: sk-proj-abcdefgh', 'Incorrect API key provided: sk_[hidden]'],
  // Short ones, each with one sign alone of what it is.
  ['+33639981234', '+336…34'],
  ['%2b33639981234', '+336…34'],
  ['a@b.fr', '[email]'],
  ['x://y@h', 'x://[hidden]@h'],
  ...['sk', 'rk', 'whsec', 'Bearer', 'Basic'].map((key) => [`${key} hunter2hunter2`, `${key}_[hidden]`]),
  [token, '[token]'],
  [`a line\n${token}`, 'a line\n[token]'],
])('%j is logged as %j', (note, written) => {
  expect(JSON.parse(logged((log) => log.info({ note }, 'x'))).note).toBe(written);
});

test('an error is told by name, message and frames, never with what else hangs on it', () => {
  const error = Object.assign(new TypeError('broken'), { payload: 'bonjour monsieur' });
  const { err } = JSON.parse(logged((log) => log.error({ err: error }, 'failed')));
  expect(err.error).toBe('TypeError: broken');
  expect(err.at[0]).toMatch(/^at /);
  expect(JSON.stringify(err)).not.toContain('bonjour');
});

test('an error given for the fields is told as one', () => {
  const { error } = JSON.parse(logged((log) => log.error(new TypeError('broken'), 'failed')));
  expect(error.error).toBe('TypeError: broken');
});

test('ids, amounts and times are left readable', () => {
  const fields = {
    orderId: '6f0b6d2e-0b7a-4f0e-9d8e-3f1f2b7f8c11',
    amountMinor: 35960,
    at: new Date(0),
    sid: `SM${'0'.repeat(32)}`,
  };
  expect(JSON.parse(logged((log) => log.info(fields, 'x')))).toMatchObject({
    ...fields,
    at: '1970-01-01T00:00:00.000Z',
  });
});

test('the level is respected', () => {
  expect(logged((log) => log.info({}, 'quiet'), 'warn')).toBe('');
});
