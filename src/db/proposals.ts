import type { ProposalLine, ProposedOrder } from '../domain/proposal.ts';
import type { Db, Tx } from './client.ts';

export type OpenProposal = ProposedOrder & { id: string; cartVersion: number };

/** The summary a customer saw and has neither accepted nor changed. */
export async function findOpenProposal(db: Db | Tx, customerId: string): Promise<OpenProposal | undefined> {
  const row = await db.proposal.findFirst({ where: { status: 'open', cart: { customerId, status: 'open' } } });
  if (!row) return undefined;
  const { id, cartVersion, locationId, totalMinor, currency } = row;
  return { id, cartVersion, locationId, lines: row.lines as ProposalLine[], totalMinor, currency };
}

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
