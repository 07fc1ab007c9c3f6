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

/** True when both say the same to the customer: items, quantities, prices, in the same order. */
export function sameLines(a: readonly ProposalLine[], b: readonly ProposalLine[]): boolean {
  return (
    a.length === b.length &&
    a.every((line, index) => {
      const other = b[index];
      return (
        other !== undefined &&
        line.productId === other.productId &&
        line.label === other.label &&
        line.quantity === other.quantity &&
        line.unitPriceMinor === other.unitPriceMinor
      );
    })
  );
}
