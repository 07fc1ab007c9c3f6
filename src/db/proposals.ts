import type { ProposedOrder } from '../domain/proposal.ts';
import type { Tx } from './client.ts';

export type OpenProposal = ProposedOrder & { id: string; cartVersion: number };

/** Closes what a cart still proposes: it changed, the customer said no, or a new summary takes its place. */
export async function supersedeProposals(tx: Tx, cartId: string): Promise<void> {
  await tx.proposal.updateMany({ where: { cartId, status: 'open' }, data: { status: 'superseded' } });
}

export async function insertProposal(
  tx: Tx,
  proposal: ProposedOrder & { id: string; cartId: string; cartVersion: number; createdAt: Date },
): Promise<void> {
  await tx.proposal.create({ data: proposal });
}
