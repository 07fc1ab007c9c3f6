import { expect, test } from '@jest/globals';
import { connectionsOf, judgeConnections, SMALLEST_POOL } from '../../src/domain/connections.ts';

const server = 97;

test('a process holds its pool, what vendors post over and what it listens on', () => {
  expect([connectionsOf('web', 20), connectionsOf('worker', 20), connectionsOf('both', 20)]).toEqual([23, 21, 24]);
});

test('a web and a worker must fit twice, as while a deploy replaces them', () => {
  const plan = { role: 20, database: null, server };
  expect(judgeConnections(3, plan)).toEqual({
    ...{ held: 10, heldInDeploy: 20, allowed: 20, allowedBy: 'role', fits: true, largestThatFits: 3 },
  });
  expect(judgeConnections(4, plan)).toMatchObject({ held: 12, heldInDeploy: 24, fits: false, largestThatFits: 3 });
  expect(judgeConnections(20, { role: null, database: null, server })).toMatchObject({ heldInDeploy: 88, fits: true });
});

test('the tightest limit is the one that counts, and one too tight for the smallest pool is said to be', () => {
  const limits = { role: 40, database: 30, server };
  expect(judgeConnections(20, limits)).toMatchObject({ allowed: 30, allowedBy: 'database', largestThatFits: 5 });
  expect(judgeConnections(20, { ...limits, server: 25 })).toMatchObject({ allowed: 25, allowedBy: 'server' });
  expect(judgeConnections(SMALLEST_POOL, { ...limits, role: 16 })).toMatchObject({ fits: true, largestThatFits: 2 });
  expect(judgeConnections(SMALLEST_POOL, { ...limits, role: 15 })).toMatchObject({
    fits: false,
    largestThatFits: null,
  });
});
