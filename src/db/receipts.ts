import { toLocale } from '../domain/locale.ts';
import type { OrderStatus } from '../domain/order.ts';
import type { Receipt } from '../domain/receipt.ts';
import { spokenName } from '../domain/spoken-name.ts';
import type { Db } from './client.ts';

/**
 * The state of an order and what its confirmation says now; no receipt when none of its payments is ours any
 * more. Of several (paid twice, one on its way back) the first is the one that was fulfilled.
 */
export async function findReceipt(
  db: Db,
  orderId: string,
): Promise<{ status: OrderStatus; receipt: Receipt | null } | undefined> {
  const order = await db.order.findUnique({
    where: { id: orderId },
    include: {
      items: { orderBy: { position: 'asc' } },
      location: { select: { name: true, address: true, hours: true } },
      customer: { select: { firstName: true, profileName: true } },
      attempts: {
        where: { status: 'PAID', payment: { isNot: null } },
        include: { payment: true },
        orderBy: { paidAt: 'asc' },
        take: 1,
      },
    },
  });
  if (!order) return undefined;
  const payment = order.attempts[0]?.payment;
  if (!payment) return { status: order.status, receipt: null };
  const { number: orderNumber, currency, totalMinor, location, customer } = order;
  const receipt = {
    ...{ orderNumber, currency, totalMinor, location },
    locale: toLocale(order.locale),
    firstName: customer.firstName ?? spokenName(customer.profileName) ?? null,
    lines: order.items.map(({ label, quantity, unitPriceMinor, subtotalMinor }) => ({
      ...{ label, quantity, unitPriceMinor, subtotalMinor },
    })),
    paidAt: payment.receivedAt,
    receiptUrl: payment.receiptUrl,
  };
  return { status: order.status, receipt };
}
