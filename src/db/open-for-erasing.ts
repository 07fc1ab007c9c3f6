import type { Tx } from './client.ts';

/** Within this transaction the triggers let a person be taken out of what is otherwise fixed. */
export async function openForErasing(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT set_config('comptoir.erasing', 'on', true)`;
}
