import { createHmac } from 'node:crypto';

/**
 * The key of the hashes under which a STOP outlives its customer (ADR 12), derived from SESSION_SECRET: without it nobody can
 * try all phone numbers against them.
 */
export const deriveOptOutKey = (sessionSecret: string): Buffer =>
  createHmac('sha256', sessionSecret).update('forgotten opt-outs').digest();
