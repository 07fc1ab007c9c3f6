/** A position on earth, WGS 84 degrees. */
export type Position = { latitude: number; longitude: number };

const EARTH_RADIUS_METERS = 6_371_009;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** As the crow flies, along the great circle (haversine: exact enough at any distance, antipodes included). */
export function distanceMeters(from: Position, to: Position): number {
  const latitudes = radians(to.latitude - from.latitude);
  const longitudes = radians(to.longitude - from.longitude);
  const half =
    Math.sin(latitudes / 2) ** 2 +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * Math.sin(longitudes / 2) ** 2;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(Math.min(1, half)));
}

/** A position from outside, as text; undefined when it is none. */
export function readPosition(latitude: string | undefined, longitude: string | undefined): Position | undefined {
  const isNumber = (text: string | undefined): text is string => /^[-+]?\d{1,3}(?:\.\d{1,20})?$/.test(text ?? '');
  if (!isNumber(latitude) || !isNumber(longitude)) return undefined;
  const position = { latitude: Number(latitude), longitude: Number(longitude) };
  return Math.abs(position.latitude) <= 90 && Math.abs(position.longitude) <= 180 ? position : undefined;
}

/** Those whose position is known, the nearest first. */
export function nearestFirst<T extends { latitude?: number | null; longitude?: number | null }>(
  from: Position,
  places: readonly T[],
): { place: T; meters: number }[] {
  return places
    .flatMap((place) => {
      const { latitude, longitude } = place;
      if (typeof latitude !== 'number' || typeof longitude !== 'number') return [];
      return [{ place, meters: distanceMeters(from, { latitude, longitude }) }];
    })
    .sort((a, b) => a.meters - b.meters);
}

/** What to say of it: tens of metres nearby, tenths of a kilometre in town, whole kilometres beyond. */
export function roundedDistance(meters: number): { unit: 'm' | 'km'; value: number } {
  if (meters < 995) return { unit: 'm', value: Math.max(10, Math.round(meters / 10) * 10) };
  const kilometers = meters / 1000;
  return { unit: 'km', value: kilometers < 9.95 ? Math.round(kilometers * 10) / 10 : Math.round(kilometers) };
}
