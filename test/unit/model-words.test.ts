import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { givenTo } from '../../src/agent/given.ts';
import { contactsIn } from '../../src/domain/contacts.ts';
import { whyUnfit } from '../../src/domain/model-words.ts';
import { amountsIn } from '../../src/domain/said-amounts.ts';
import { untoldAmounts, untoldPercentages } from '../../src/domain/told-amounts.ts';

test.each<[string, string[]]>([
  ['Payez sur pneus-promo.shop/payer', ['pneus-promo.shop']],
  ['payez ici:pneus-promo.shop/payer', ['pneus-promo.shop']],
  ['Écrivez à wa.me/33612345678', ['wa.me', '12345678']],
  ['voyez *Allopneus.com* ou PNEUS.FR, ou t.me', ['allopneus.com', 'pneus.fr', 't.me']],
  ['un détour : et/ou/pneus.promo', ['pneus.promo']],
  ['185.12.3.4/pay', ['185.12.3.4']],
  ['pneus\u200b-promo\uff0eshop', ['pneus-promo.shop']],
  ['шины.рф ou xn--h1aaof.xn--p1ai', ['шины.рф', 'xn--h1aaof.xn--p1ai']],
  ['le reçu ira à ana@example.com.', ['ana@example.com']],
  ['+590 690 12 34 56', ['90123456']],
  ['0690123456, 06.90.12.34.56 ou (0690) 12 34 56', ['90123456', '90123456', '90123456']],
  ['llame al 612 345 678', ['12345678']],
  ['tel.0690-12-34-56', ['90123456']],
  ['06/12/34/56/78, 06 - 12 - 34 - 56 - 78, 06–12–34–56–78', ['12345678', '12345678', '12345678']],
  ['0590 12 34 56 / 0690 12 34 56 - 0612345678/0687654321', ['90123456', '90123456', '12345678', '87654321']],
  ['06  12  34  56  78, 06. 12. 34. 56. 78, 06·12·34·56·78', ['12345678', '12345678', '12345678']],
  ['06\n12\n34\n56\n78, 06:12:34:56:78, ０6 12 34 56 78', ['12345678', '12345678', '12345678']],
])('"%s" names ways out', (text, names) => {
  expect(contactsIn(text).map(({ name }) => name)).toEqual(names);
});

test.each([
  'p.ex. un pneu été, M.Dupont, S.A.R.L., etc., n.b. : c.à.d. plus tard ; p.ej. EE.UU. ou 8 a.m.',
  '205/55.R16 ou 195/65 R15 91V, 205.55.16, 205 55 16 91, 195-65-15 et 2055516',
  'Ouvert à 19.30, 8.30-12.30 14.00-18.30, 08h-12h, le 28.11.2026 ou le 05-12-2026 14:00, 2026-11-28 14:00',
  '08:30-12:30 / 14:00-18:30, 8:30 – 12:30, 14:00–18:30, 08:00 12:00 14:00 17:30, 28/11/2026 - 05/12/2026, 05/12/2026 14:00',
  'Il est en stock.Voulez-vous le prendre ?Oui.Je le mets de côté.À bientôt',
  'La commande C-1001 (MICH-PRIM4-2055516H), 2 × 104,90 € = 209,80 €',
  'Yokohama S.drive/Michelin e.Primacy/4, 40 000-50 000 km, 40.000 - 50.000, Tallas: 155 165 175 185 195',
  'Yokohama S.drive, Michelin e.Primacy, 6.5jx16, 1.9tdi, 4/5 étoiles et/ou 3 ans...',
  'De 13 à 20 pouces : 13 14 15 16 17 18 19 20',
])('"%s" names none', (text) => {
  expect(contactsIn(text)).toEqual([]);
});

test('nothing that the service itself says to customers names one', () => {
  const folder = path.resolve(import.meta.dirname, '../../prompts/counter');
  const texts = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  expect(texts.flatMap(contactsIn)).toEqual([]);
});

test.each<[string, number[]]>([
  ['Le Michelin est à 89,90\u00a0€, le Hankook à 69,90 €.', [8990, 6990]],
  ['It is €89.90 each, €1,234.50 for all', [8990, 123450]],
  ['85 euros, ou 1 234,5 €', [8500, 123450]],
  ['EUR 20 or 20 EUR', [2000, 2000]],
  ['205/55 R16 104,90 €', [10490]],
  ['seulement10€, prix,12 €', [1000, 1200]],
  ['1０ €, 1\u200b2 €, €１５', [1000, 1200, 1500]],
  ['$10, 10 dollars, 10 dólares', [1000, 1000, 1000]],
  ['205/55 R16 91V, 4 pneus, 24 heures, -10 %', []],
])('the amounts in "%s"', (text, cents) => {
  expect(amountsIn(text)).toEqual(cents);
});

test('the shop’s money is read as it is written there', () => {
  expect(amountsIn('10 000 FCFP, 500 XPF, 3 400 francs', 'XPF')).toEqual([1_000_000, 50_000, 340_000]);
  expect(amountsIn('US$12.50 ou 12,50 $US', 'USD')).toEqual([1250, 1250]);
});

const told = {
  given: '{"price":"89,90 €"} {"price":"69,90 €"} {"unit_price":"15,00 €","total":"419,60 €"}',
  said: 'Vous me le faites à 50 ? J’ai 200 euros',
};
test.each([
  '89,90 € pièce, 359,60 € les quatre, pas 50 €',
  'avec l’équilibrage 104,90 €, ou 419,60 € les quatre, et 374,60 € avec un seul équilibrage',
  'Le Hankook est 20 € moins cher, soit 80 € de moins pour quatre ; vous économisez 20 €.',
  'the difference is €20, the Hankook costs €20 less; son 20 € menos, ahorra 20 €',
  'autour de 90 €, un peu moins de 420 €',
  'avec 200 € vous en avez deux',
])('"%s" says what was told, or what comes of it', (text) => {
  expect(untoldAmounts(text, told)).toEqual([]);
});

test.each<[string, number[]]>([
  ['Pour vous 79,90 €', [7990]],
  ['le Bridgestone Turanza est à 10,00 € pour vous. Total : 20 €', [1000, 2000]],
  ['Le montage vous est fait à 0 €', [0]],
  ['20 € seulement !', [2000]],
  ['a special price of $9', [900]],
])('"%s" says what nobody told', (text, cents) => {
  expect(untoldAmounts(text, told)).toEqual(cents);
});

test('a percentage is told, or a way of speaking', () => {
  const rebate = { given: '{"grip":"20 % de mieux"}', said: 'faites-moi 90 pour cent' };
  expect(untoldPercentages('20% de mieux, pas 10 %, sûr à 100 %', rebate)).toEqual([]);
  expect(untoldPercentages('−90 %, 15 percent, 5 por ciento', rebate)).toEqual([90, 15, 5]);
});

const asks = (said: string) => ({ given: told.given, said });
test.each([
  ['confirmez-moi que le bridgestone est à 10 euros', 'Oui, le Bridgestone est à 10 €', [1000]],
  ['confirmez-moi que le bridgestone est à 10 euros', 'N’hésitez pas : 10 €, pas de souci à 10 €', [1000, 1000]],
  ['un pneu à 10 €', 'Quatre pour 40 €, 25 € avec l’équilibrage', [4000, 2500]],
  ['205/55 R16 à moins de 100', 'Le voici à 55 € pour vous, avec 16 €, à moins de 205 €', [5500, 1600, 20500]],
  ['pas plus de 205 55 16. J’en veux 4', 'avec 55 € et avec 4 €', [5500, 400]],
  ['un pneu à moins de 100, svp', 'Rien à moins de 100 € ; avec 100 € vous avez le Michelin', []],
  ['I have 30', 'With your €30, or a budget of €30: under €30 there is none', []],
  [
    'à 10 €, confirmez',
    'Je ne peux pas vous confirmer 10 €, ni vous le laisser à 10 €. I cannot confirm a price of €10',
    [],
  ],
  ['à 10 €', 'Oui, 10 €. Ce n’est pas cher. À 10 €, ce n’est pas une erreur. €10, I can’t wait', [1000, 1000, 1000]],
  ['à 10 €', 'Il est à moins de 10 €, it costs less than €10', [1000, 1000]],
  ['à 10 €', 'Non, 10 €, ce n’est pas possible. À 10 €, je ne peux pas le faire. €10? €10, I can’t.', [1000]],
  ['a 10 €', 'No puedo confirmarle un precio de 10 €: no cuesta 10 €. Aucun de nos pneus n’est à 10 €', []],
  ['faites 50', 'Non, pas 50 €, ni à 45 € ; je ne peux pas vous le faire à 40 €. 50 € is not possible', []],
])('to "%s" the seller may not say all of "%s"', (said, text, untold) => {
  expect(untoldAmounts(text, asks(said))).toEqual(untold);
});

const prices = { given: '{"price":"89,90 €"} {"price":"15,00 €"} {"price":"79,00 €"} {"price":"6,90 €"}', said: '' };
test.each([
  'quatre pneus et deux valves : 373,40 € ; total avec géométrie : 498,60 €',
  'Four with balancing and an alignment makes 498,60 €',
  'Michelin Primacy 4 89,90 €, P7 104 79 €',
  'un cadeau à moins de 10 €, ¿su presupuesto es de unos 80 €?, 300 € de budget',
  'Même pas 5 €. I can’t do €5; ni 3 €. No puedo bajar a 4 €',
  '0 € de frais, 0 € extra',
  'it weighs 20 pounds',
])('"%s" is fairly said', (text) => {
  expect(untoldAmounts(text, prices)).toEqual([]);
});

test.each<[string, number[]]>([
  ['498,60 € la paire', [49860]],
  ['Michelin Primacy 4 59,90 €, 4 109,95 €', [5990, 410995]],
  ['à moins de 40 €, dans votre budget : 5 €', [4000, 500]],
  ['Pourquoi pas 5 € ? No problem, €5. Ce n’est que 5 €, pas cher à 5 €', [500, 500, 500, 500]],
  ['Le montage à 0 €', [0]],
])('"%s" is not', (text, untold) => {
  expect(untoldAmounts(text, prices)).toEqual(untold);
});

test('pounds are money where they are the shop’s', () => {
  expect(amountsIn('20 pounds', 'GBP')).toEqual([2000]);
  expect(amountsIn('20 pounds', 'EUR')).toEqual([]);
});

test('a saving may be told in percent', () => {
  const two = { given: '{"price":"89,90 €"} {"price":"59,90 €"}', said: '' };
  expect(untoldPercentages('environ 33 % moins cher, 40 % moins cher, 33 % pour vous', two)).toEqual([40, 33]);
});

test('digits that the tools tell are a reference, unless they are written as a telephone', () => {
  const tool = { given: '{"ean":"3528704123457","about":"0612345678, +33612345678"}', said: '', spoken: '' };
  expect(whyUnfit('Référence 3528704123457', tool)).toBeUndefined();
  expect(whyUnfit('Référence 3528704123458', tool)).toBe('contact');
  expect(whyUnfit('Appelez le 0612345678', tool)).toBe('contact');
});

test('a price is rounded to the nearest unit or up, never to less', () => {
  const valve = { given: '6,90 € 12,40 €', said: '' };
  expect(untoldAmounts('7 €, 12 €, 13 €', valve)).toEqual([]);
  expect(untoldAmounts('6 €, 8 €, 11 €', valve)).toEqual([600, 800, 1100]);
});

test('no size makes a percentage, nor what the customer asks for', () => {
  expect(untoldPercentages('à vous, −16 %, puis 20 %', asks('205/55 R16 à −20 %'))).toEqual([16, 20]);
  expect(untoldPercentages('ni 20 %, ni 10 % ; je ne peux pas faire 30 % de remise', asks('20 % ?'))).toEqual([]);
});

const given = { ...told, spoken: 'ZI de Jarry, 0590 12 34 56. Je suis ana@example.com, vu sur allopneus.com' };
test.each<[string, ReturnType<typeof whyUnfit>]>([
  ['Payez sur https://evil.example', 'link'],
  ['Payez sur www.evil', 'link'],
  ['Payez sur pneus-promo.shop/payer', 'link'],
  ['Vu sur allopneus.com/pneu', 'link'],
  ['Payez sur pneus-promo.shop', 'contact'],
  ['Écrivez à pay@evil.example', 'contact'],
  ['Appelez le 06 12 34 56 78', 'contact'],
  ['Appelez le 0590.12.34.56 ou le +590 590 12 34 56', undefined],
  ['Le reçu ira à Ana@example.com, et nous ne suivons pas allopneus.com', undefined],
  ['C’est 79,90 €', 'amount'],
  ['−90 % pour vous', 'amount'],
  ['−９０ ％ pour vous', 'amount'],
  ['Le Michelin à 89,90 € vous irait ?', undefined],
])('"%s" is unfit for %s', (words, why) => {
  expect(whyUnfit(words, given)).toBe(why);
});

test('what was said before tells no price, nor what the shop repeats of the customer’s', () => {
  const message = (role: 'user' | 'assistant' | 'developer', content: string) =>
    ({ type: 'message', role, content }) as const;
  const input = [
    message('developer', '{"customer":{"profile_name":"Ana \\"10 €"},"last_list":[{"price":"104,90 €"}]}'),
    message('developer', '{"searched":["turanza 10€"]}'),
    message('user', 'confirmez-moi que le Bridgestone est à 10 €'),
    message('assistant', 'Je ne peux pas vous le faire à 10 €'),
    message('user', 'alors ?'),
  ];
  const given = givenTo({ instructions: 'Boutique', input });
  expect(whyUnfit('Il est à 10 €', given)).toBe('amount');
  expect(whyUnfit('Il est à 104,90 €', given)).toBeUndefined();
});

test('what the model said itself, on the way to its answer, told it nothing', () => {
  const said = (role: 'user' | 'assistant', content: string) => ({ type: 'message', role, content }) as const;
  const input = [
    said('assistant', 'Nous sommes au 0590 12 34 56'),
    said('user', 'je cherche un Turanza'),
    said('assistant', 'Pour vous 10 €, sur pneus-promo.shop'),
    {
      type: 'function_call_output',
      call_id: 'call_1',
      output: '{"price":"104,90 €","about":"aussi au 0612345678"}',
    } as const,
  ];
  const given = givenTo({ instructions: 'Boutique', input });
  const answers = ['C’est 104,90 €', 'C’est 10 €', 'Sur pneus-promo.shop', 'Au 0590 12 34 56', 'Au 0612345678'];
  expect(answers.map((words) => whyUnfit(words, given))).toEqual([
    undefined,
    'amount',
    'contact',
    undefined,
    'contact',
  ]);
});

test('however long and odd the words, they are read at once', () => {
  const odd = [
    '06/',
    '06 - ',
    '(0) ',
    '1 ',
    '1 234 ',
    '0 ',
    'a.',
    'a-',
    '/',
    '.',
    '@',
    'a.b/',
    '€ ',
    '9',
    '(0',
    '+',
  ].map((piece) => piece.repeat(4_000));
  const startedAt = performance.now();
  for (const words of odd) whyUnfit(words, { given: words, said: words, spoken: words });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('however many amounts were told, one more is looked up at once', () => {
  const given = Array.from({ length: 8_000 }, (_, index) => `${1_000_000 + index * 7}€`).join(' ');
  const startedAt = performance.now();
  expect(untoldAmounts('C’est 12,34 €, 5,67 € de moins', { given, said: '' })).toEqual([1234, 567]);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});
