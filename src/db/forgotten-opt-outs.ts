import { Prisma } from '../generated/prisma/client.ts';
import type { Tx } from './client.ts';

const BLOCK_BYTES = 64;
const padded = (key: Uint8Array, byte: number) =>
  Buffer.from(Array.from({ length: BLOCK_BYTES }, (_, index) => (key[index] ?? 0) ^ byte));

/**
 * What is kept of an address that nobody is to be found by: its HMAC-SHA-256 (RFC 2104) under a key that is not in the database
 * (domain/opt-out.ts), of at most 64 bytes. In SQL, which knows plain sha256 only, so that sorting stays one statement.
 */
export const keyedHash = (key: Uint8Array, address: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`encode(sha256(${padded(key, 0x5c)}::bytea || sha256(${padded(key, 0x36)}::bytea || convert_to(${address}, 'UTF8'))), 'hex')`;

/** Before a customer is erased: the STOP they said holds for whoever writes from their address next (db/inbox.ts). */
export async function keepOptOut(tx: Tx, customerId: string, key: Uint8Array): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO forgotten_opt_outs (address_hash, opted_out_at)
    SELECT ${keyedHash(key, Prisma.sql`channel_address`)}, opted_out_at FROM customers
    WHERE id = ${customerId}::uuid AND opted_out_at IS NOT NULL
    ON CONFLICT (address_hash) DO UPDATE SET opted_out_at = EXCLUDED.opted_out_at`;
}
