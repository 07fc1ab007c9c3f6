import { expect, test } from '@jest/globals';
import { isCut } from '../../src/db/transact.ts';

const told = (message: string, code?: string) => ({ message, code });

test.each([
  ['the server ends', told('terminating connection due to administrator command', '57P01')],
  ['the server starts', told('the database system is starting up', '57P03')],
  ['the server is full', told('sorry, too many clients already', '53300')],
  ['the server is full, as Prisma says it', told('Too many database connections opened', 'P2037')],
  ['nobody listens, both addresses tried', told('', 'ECONNREFUSED')],
  ['the connection broke', told('Connection terminated unexpectedly')],
  ['the connection says nothing', told('Query read timeout')],
  ['no connection comes about', told('timeout exceeded when trying to connect')],
  ['Prisma cannot reach it', told('Invalid `prisma.outboundMessage.updateMany()` invocation', 'P1001')],
  [
    'Prisma cannot reach it with plain SQL',
    told("Raw query failed. Code: `N/A`. Message: `Can't reach database server at 127.0.0.1:5432`", 'P2010'),
  ],
])('a write may be tried again when %s', (_what, error) => expect(isCut(error)).toBe(true));

test.each([
  ['it is there already', told('duplicate key value violates unique constraint', '23505')],
  ['it breaks a rule', told('new row violates check constraint', '23514')],
  ['it cannot be held', told('value overflows numeric format', '22003')],
  ['nobody knows', undefined],
])('a write is not tried again when %s', (_what, error) => expect(isCut(error)).toBe(false));
