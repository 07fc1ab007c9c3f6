import type { ProposalLine } from '../domain/proposal.ts';
import type { CartStatus, ProposalStatus } from '../generated/prisma/enums.ts';
import type { Tx } from './client.ts';

export type LockedProposal = {
  id: string;
  cartId: string;
  status: ProposalStatus;
  cartStatus: CartStatus;
  /** The cart's version now, and when it was proposed. */
  cartVersion: number;
  proposedVersion: number;
  customerId: string;
  customerLocale: string | null;
  customerEmail: string | null;
  locationId: string;
  lines: ProposalLine[];
  totalMinor: number;
  currency: string;
  stockedIds: Set<string>;
  /** True when a price, a currency or an offered product is no longer as the customer saw it. */
  priceMoved: boolean;
  order: { id: string; number: string } | null;
};

/** A customer's proposal with its cart locked until the transaction ends; undefined when it is not theirs. */
export async function lockProposal(
  tx: Tx,
  input: { customerId: string; proposalId: string },
): Promise<LockedProposal | undefined> {
  const locked = await tx.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM proposals p JOIN carts c ON c.id = p.cart_id
    WHERE p.id = ${input.proposalId}::uuid AND c.customer_id = ${input.customerId}::uuid FOR UPDATE OF p, c`;
  if (locked.length === 0) return undefined;
  const proposal = await tx.proposal.findUniqueOrThrow({
    where: { id: input.proposalId },
    include: { cart: { include: { customer: true } }, order: { select: { id: true, number: true } } },
  });
  const { cart } = proposal;
  const lines = proposal.lines as ProposalLine[];
  const products = await tx.product.findMany({ where: { id: { in: lines.map((line) => line.productId) } } });
  const asSeen = (line: ProposalLine) =>
    products.some(
      (product) =>
        product.id === line.productId &&
        product.active &&
        product.priceMinor === line.unitPriceMinor &&
        product.currency === proposal.currency,
    );
  return {
    id: proposal.id,
    cartId: cart.id,
    status: proposal.status,
    cartStatus: cart.status,
    cartVersion: cart.version,
    proposedVersion: proposal.cartVersion,
    customerId: cart.customerId,
    customerLocale: cart.customer.locale,
    customerEmail: cart.customer.email,
    locationId: proposal.locationId,
    lines,
    totalMinor: proposal.totalMinor,
    currency: proposal.currency,
    stockedIds: new Set(products.filter((product) => product.stocked).map((product) => product.id)),
    priceMoved: !lines.every(asSeen),
    order: proposal.order,
  };
}

export async function closeCartWithOrder(tx: Tx, proposal: { id: string; cartId: string }): Promise<void> {
  await tx.proposal.update({ where: { id: proposal.id }, data: { status: 'accepted' } });
  await tx.cart.update({ where: { id: proposal.cartId }, data: { status: 'ordered' } });
}
