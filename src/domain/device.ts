import bowser from 'bowser';

/** "Chrome · Android" of a User-Agent header, so that people know their phone again; null for what says neither. */
export function deviceOf(userAgent: string): string | null {
  if (!userAgent) return null;
  const { browser, os } = bowser.parse(userAgent);
  return [browser.name, os.name].filter(Boolean).join(' · ') || null;
}
