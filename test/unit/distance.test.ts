import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { distanceMeters, nearestFirst, readPosition, roundedDistance } from '../../src/domain/distance.ts';

const jarry = { latitude: 16.2419, longitude: -61.5569 };
const paris = { latitude: 48.8566, longitude: 2.3522 };

test('distances follow the great circle, across the date line and from pole to pole', () => {
  expect(distanceMeters(jarry, jarry)).toBe(0);
  expect(distanceMeters(jarry, paris) / 1000).toBeCloseTo(6756, -1);
  const fiji = { latitude: -17, longitude: 179.5 };
  expect(distanceMeters(fiji, { latitude: -17, longitude: -179.5 }) / 1000).toBeCloseTo(106, 0);
  const poles = distanceMeters({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 77 });
  expect(poles / 1000).toBeCloseTo(20_015, 0);
});

test('a distance is the same both ways, never negative, never more than half around the earth', () => {
  const position = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(position, position, (a, b) => {
      const there = distanceMeters(a, b);
      expect(there).toBeCloseTo(distanceMeters(b, a), 3);
      expect(there).toBeGreaterThanOrEqual(0);
      expect(there).toBeLessThanOrEqual(20_016_000);
    }),
  );
});

test('the nearest comes first; a place without a position is left out', () => {
  const places = [
    { name: 'far', ...paris },
    { name: 'nowhere', latitude: null, longitude: null },
    { name: 'here', ...jarry },
  ];
  expect(nearestFirst(jarry, places).map(({ place }) => place.name)).toEqual(['here', 'far']);
});

test.each([
  ['16.24', '-61.55', { latitude: 16.24, longitude: -61.55 }],
  ['0', '0', { latitude: 0, longitude: 0 }],
  ['91', '0', undefined],
  ['0', '180.01', undefined],
  ['1e1', '0', undefined],
  ['', '', undefined],
  [undefined, '3', undefined],
  ['NaN', 'Infinity', undefined],
])('a position is read from "%s" and "%s" or refused', (latitude, longitude, expected) => {
  expect(readPosition(latitude, longitude)).toEqual(expected);
});

test.each([
  [3, { unit: 'm', value: 10 }],
  [444, { unit: 'm', value: 440 }],
  [996, { unit: 'km', value: 1 }],
  [3_240, { unit: 'km', value: 3.2 }],
  [27_800, { unit: 'km', value: 28 }],
])('%d metres are said as people say them', (meters, expected) => {
  expect(roundedDistance(meters)).toEqual(expected);
});
