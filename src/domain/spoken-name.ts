/** A profile name may be anything ("🔥 King 971 🔥"): only what looks like a first name is said aloud. */
export function spokenName(profileName: string | null): string | undefined {
  const first = profileName?.trim().split(/\s+/)[0] ?? '';
  return /^\p{Lu}[\p{L}'’-]{1,20}$/u.test(first) ? first : undefined;
}
