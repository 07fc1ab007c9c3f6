import { z } from 'zod';

const words = (max: number) => z.string().trim().min(1, 'must not be empty').max(max, `at most ${max} characters`);
const shape = z
  .array(z.strictObject({ code: words(64), name: words(100), address: words(300), hours: words(300) }))
  .min(1, 'must name a location')
  .refine((list) => new Set(list.map(({ code }) => code)).size === list.length, 'must name each code once');

export type LocationLine = z.infer<typeof shape>[number];

/** Reads a file of pickup locations, `[{"code", "name", "address", "hours"}]`; else what is wrong with it, and where. */
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
