import { createHash } from 'node:crypto';

/** Identifies a template's wording: another text, or another picture, asks for a new approval. */
export function templateDigest({ body, mediaUrl }: { body: string; mediaUrl?: string | undefined }): string {
  return createHash('sha256')
    .update(JSON.stringify([body, mediaUrl ?? null]))
    .digest('hex')
    .slice(0, 16);
}
