import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Whether a request's Authorization is the operator's. Digests have one length, so the comparison tells neither the secret nor how long it is. */
export function isOperator(secret: string, authorization: string | undefined): boolean {
  return secret !== '' && timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${secret}`));
}
