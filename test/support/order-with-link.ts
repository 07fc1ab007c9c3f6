import type { openPhone } from './conversation.ts';
import type { TestDatabase } from './test-database.ts';

/** An order that waits for its payment, with its link. */
export async function orderWithLink({ db }: TestDatabase, ana: ReturnType<typeof openPhone>) {
  await ana.says('1 bridgestone 205/55 r16');
  await ana.says('commander');
  await ana.says('oui');
  const [order] = await ana.orders();
  if (!order) throw new Error('no order was made');
  await db.paymentAttempt.updateMany({ where: { orderId: order.id }, data: { url: 'https://checkout.example/cs_1' } });
  return order;
}
