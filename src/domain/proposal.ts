/** One line of the summary a customer saw, and of the order their yes makes: the same values, snapshotted. */
export type ProposalLine = {
  productId: string;
  sku: string;
  label: string;
  unitPriceMinor: number;
  quantity: number;
  subtotalMinor: number;
};

export type ProposedOrder = {
  locationId: string;
  lines: ProposalLine[];
  totalMinor: number;
  currency: string;
};

export function totalOf(lines: readonly ProposalLine[]): number {
  return lines.reduce((sum, line) => sum + line.subtotalMinor, 0);
}
