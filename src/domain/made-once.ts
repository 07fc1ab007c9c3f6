/**
 * `make` with what it made kept by its arguments: Intl's formatters take longer to make than a statement takes to run. For
 * arguments of which there are few: languages, currencies, the shop's time zone.
 */
export function madeOnce<Args extends (string | number)[], Made>(
  make: (...args: Args) => Made,
): (...args: Args) => Made {
  const made = new Map<string, Made>();
  return (...args) => {
    const key = args.join(' ');
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make(...args);
    made.set(key, fresh);
    return fresh;
  };
}
