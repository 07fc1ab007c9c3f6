import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());
beforeEach(async () => {
  await place('jarry', 16.2419, -61.5569);
  await place('bt', 15.9958, -61.7293);
});

const place = (code: string, latitude: number | null, longitude: number | null) =>
  database.db.location.update({ where: { code }, data: { latitude, longitude } });
const phone = () => openPhone(agentNeeds(database));
const atGosier = { Latitude: '16.2066', Longitude: '-61.4937', MessageType: 'location' };
const atVieuxFort = { Latitude: '15.9530', Longitude: '-61.7050', MessageType: 'location' };

test('a location is answered with the nearest pickup point: name, distance, address, hours, a tap to choose it', async () => {
  const ana = phone();
  await ana.says('bonjour');
  const [reply] = await ana.sends(atGosier);
  const said = bodies(reply ? [reply] : []);
  expect(said).toContain('1. *Jarry*, à 7,8 km — 1 rue de Jarry\nLun-Sam 8h-18h');
  expect(said.indexOf('Jarry')).toBeLessThan(said.indexOf('Basse-Terre'));
  expect(reply?.buttons?.map(({ title }) => title)).toEqual(['Jarry', 'Basse-Terre']);
  expect(bodies(await ana.taps('Jarry'))).toContain('C’est noté, vous retirerez votre commande à *Jarry*');
  // Nothing is asked again: the order goes where they said.
  await ana.says('2 primacy 205/55 r16');
  expect(bodies(await ana.says('commander'))).toContain('Retrait : *Jarry*');
  expect((await ana.turns()).filter((turn) => turn.answeredBy === 'model')).toEqual([]);
});

test('asked where to collect, whoever answers with their location chooses by its numbers', async () => {
  const ana = phone();
  await ana.says('2 primacy 205/55 r16');
  expect(bodies(await ana.says('commander'))).toContain('1. *Basse-Terre*');
  expect(bodies(await ana.sends(atGosier))).toContain('1. *Jarry*');
  expect(bodies(await ana.says('1'))).toContain('Retrait : *Jarry*');
});

test('a location in the middle of choosing leaves the next number to the tyre', async () => {
  const ana = phone();
  await ana.says('primacy 205/55 r16');
  const said = bodies(await ana.sends(atVieuxFort));
  expect(said).toContain('*Basse-Terre*, à 5,4 km');
  expect(said).not.toContain('1. ');
  await ana.says('2');
  expect((await ana.cart())?.items.map(({ quantity }) => quantity)).toEqual([2]);
});

test('without coordinates, or with ones that are none, a location is answered with the list of places', async () => {
  const ana = phone();
  expect(bodies(await ana.sends({ Latitude: '95', Longitude: '-61' }))).toContain('Nous voici');
  await place('jarry', null, null);
  await place('bt', null, null);
  const said = bodies(await ana.sends(atGosier));
  expect(said).toContain('Nous voici');
  expect(said).toContain('*Jarry* — 1 rue de Jarry');
});

test('half a position, or one that is not on earth, is refused by the database', async () => {
  await expect(place('jarry', 16, null)).rejects.toThrow('locations_position_whole');
  await expect(place('jarry', 91, 0)).rejects.toThrow('locations_position_on_earth');
});
