import { z } from 'zod';

const words = (max: number) => z.string().trim().min(1, 'must not be empty').max(max, `at most ${max} characters`);
const location = z
  .strictObject({
    code: words(64),
    name: words(100),
    address: words(300),
    hours: words(300),
    latitude: z.number().min(-90).max(90).optional(),
    longitude: z.number().min(-180).max(180).optional(),
  })
  .refine((line) => (line.latitude === undefined) === (line.longitude === undefined), {
    error: 'latitude and longitude come together',
  });
const shape = z
  .array(location)
  .min(1, 'must name a location')
  .refine((list) => new Set(list.map(({ code }) => code)).size === list.length, 'must name each code once');

export type LocationLine = z.infer<typeof shape>[number];

/**
 * Reads a file of pickup locations, `[{"code", "name", "address", "hours"}]` and where they are
 * in WGS 84 degrees, `"latitude"` and `"longitude"`, if it says so; else what is wrong with it, and where.
 */
export function readLocations(text: string): { locations: LocationLine[] } | { problems: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [`The file is not JSON: ${(error as Error).message}`] };
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return { locations: parsed.data };
  return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the list'}: ${message}`) };
}
