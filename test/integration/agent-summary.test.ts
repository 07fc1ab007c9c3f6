import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// The summary and the yes that follows it: what makes an order, and what makes none.

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());

const phone = () => openPhone(agentNeeds(database));

test('"finalement 2" changes the only line, and the summary made before it is worth nothing', async () => {
  const ana = phone();
  await ana.says('1 bridgestone 205/55 r16');
  const [summary] = await ana.says('commander');
  expect(bodies(await ana.says('finalement mettez-en 2'))).toContain('2 × Bridgestone');
  expect(bodies(await ana.taps(summary?.buttons?.[0]?.id as string))).toContain('plus à jour');
  expect(await ana.orders()).toEqual([]);
});

test('a yes that is not the answer to the summary orders nothing', async () => {
  const ana = phone();
  await ana.says('2 bridgestone 205/55 r16');
  await ana.says('commander', 'oui');
  expect(await ana.orders()).toEqual([]);
  await ana.says('vous livrez ?');
  // The last thing said was no question about the order: the summary is shown again.
  expect(bodies(await ana.says('oui'))).toContain('récapitulatif');
  expect(bodies(await ana.says('oui', 'non attendez'))).toContain('rien n’est commandé');
  expect(bodies(await ana.says('oui mais seulement 1'))).not.toBe('');
  expect(await ana.orders()).toEqual([]);
});

test('old buttons get a clear answer and change nothing', async () => {
  const ana = phone();
  await ana.says('2 bridgestone 205/55 r16');
  const [summary] = await ana.taps('Commander');
  const confirm = summary?.buttons?.[0]?.id as string;
  expect(bodies(await ana.taps('Modifier'))).toContain('rien n’est commandé');
  expect(bodies(await ana.taps(confirm))).toContain('plus à jour');
  expect(await ana.orders()).toEqual([]);
  await ana.taps('Confirmer');
  expect(await ana.orders()).toHaveLength(1);
  expect(bodies(await ana.taps(confirm))).toContain('vide');
  expect(await ana.orders()).toHaveLength(1);
});

test('two taps on Confirm make one order', async () => {
  const ana = phone();
  await ana.says('1 bridgestone 205/55 r16');
  const [summary] = await ana.taps('Commander');
  const payload = summary?.buttons?.[0]?.id as string;
  await ana.receive('Confirmer', { payload, kind: 'button' });
  expect(bodies(await ana.taps(payload))).toContain('en attente de paiement');
  expect(await ana.orders()).toHaveLength(1);
});

test('a price that moved after the summary is proposed anew, not charged', async () => {
  const ana = phone();
  await ana.says('2 michelin 195/65 r15');
  await ana.says('commander');
  await database.db.product.update({ where: { sku: 'MIC-E-1956515' }, data: { priceMinor: 9990 } });
  const heard = bodies(await ana.says('oui'));
  expect(heard).toContain('prix vient de changer');
  expect(heard).toContain('199,80');
  expect(await ana.orders()).toEqual([]);
  await ana.says('oui');
  expect((await ana.orders()).map((order) => order.totalMinor)).toEqual([19980]);
  await database.db.product.update({ where: { sku: 'MIC-E-1956515' }, data: { priceMinor: 8990 } });
});

test('two taps on Confirm after a price moved show the new summary once', async () => {
  const ana = phone();
  await ana.says('2 michelin 195/65 r15');
  const [summary] = await ana.says('commander');
  const payload = summary?.buttons?.[0]?.id as string;
  await database.db.product.update({ where: { sku: 'MIC-E-1956515' }, data: { priceMinor: 9990 } });
  await ana.receive('Confirmer', { payload, kind: 'button' });
  expect(bodies(await ana.taps(payload)).match(/récapitulatif\*/g)).toHaveLength(1);
  expect(await ana.orders()).toEqual([]);
  await database.db.product.update({ where: { sku: 'MIC-E-1956515' }, data: { priceMinor: 8990 } });
});

test('stock that went away is said, with what is left', async () => {
  const ana = phone();
  await ana.says('2 alpin 205/55 r16');
  await ana.says('commander');
  await database.db
    .$executeRaw`UPDATE stock_levels SET on_hand = 1 FROM products p WHERE p.id = product_id AND p.sku = 'MIC-A6-2055516'`;
  const heard = bodies(await ana.says('oui'));
  expect(heard).toContain('stock vient de bouger');
  expect(heard).toContain('2 demandés, 1 disponible');
  expect(await ana.orders()).toEqual([]);
  await database.db
    .$executeRaw`UPDATE stock_levels SET on_hand = 2 FROM products p WHERE p.id = product_id AND p.sku = 'MIC-A6-2055516'`;
});

test('a long cart is summed up whole, each message within WhatsApp’s limit for buttons', async () => {
  const ana = phone();
  await ana.says('2 bridgestone 205/55 r16');
  const { id } = (await ana.cart()) as { id: string };
  const extras = Array.from({ length: 25 }, (_, index) => ({
    ...{ sku: `X${index}`, brand: 'X', model: '', label: `Service d’atelier numéro ${index} pour véhicule utilitaire` },
    ...{ description: '', category: 'service', priceMinor: 100, currency: 'EUR', stocked: false },
  }));
  await database.db.product.createMany({ data: extras });
  const products = await database.db.product.findMany({ where: { brand: 'X' } });
  const items = products.map((product, index) => ({
    cartId: id,
    productId: product.id,
    quantity: 1,
    position: index + 5,
  }));
  await database.db.cartItem.createMany({ data: items });
  const replies = await ana.says('commander');
  expect(bodies(replies).match(/Service d’atelier/g)).toHaveLength(25);
  for (const { body } of replies) expect(body.length).toBeLessThan(1024);
  expect(bodies(replies.slice(-1))).toContain('*Total : 234,80 €*');
  await database.db.product.updateMany({ where: { brand: 'X' }, data: { active: false } });
});

test("another customer's order cannot be made again", async () => {
  const owner = phone();
  await owner.says('1 bridgestone 205/55 r16');
  await owner.says('commander');
  await owner.says('oui');
  const [order] = await owner.orders();
  const thief = phone();
  expect(bodies(await thief.taps(`again:${order?.id}`))).toContain('pas encore de commande');
  expect(await thief.cart()).toBeNull();
  // Its owner can, once it is over.
  expect(bodies(await owner.taps(`again:${order?.id}`))).toContain('récapitulatif');
});
