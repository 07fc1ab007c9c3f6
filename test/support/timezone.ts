/** A time zone where it is about `hour` o'clock at `at`: what a test sees must not hang on the hour it runs at. */
export function zoneWhereItIs(hour: number, at = new Date()): string {
  // -12 to +11, all of which exist. "Etc/GMT-3" is three hours ahead.
  const ahead = ((hour - at.getUTCHours() + 36) % 24) - 12;
  return ahead === 0 ? 'Etc/UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
