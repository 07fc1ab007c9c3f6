import { describeError } from '../domain/errors.ts';

export type Finding = {
  what: string;
  state: 'ok' | 'simulated' | 'off' | 'warning' | 'FAILED';
  detail: string;
  /** What is left to do about it, each with the command or the page where that is done. */
  steps?: string[];
};
type Answer = Omit<Finding, 'what'>;

/**
 * What `check` tells; a text alone says that all is well. What cannot be asked is FAILED, with why, and is left to do: `elsewhere`
 * says where to look instead, `describe` words the error.
 */
export async function examine(
  what: string,
  check: () => Promise<Answer | string>,
  { elsewhere, describe = describeError }: { elsewhere?: string; describe?: (error: unknown) => string } = {},
): Promise<Finding> {
  try {
    const answer = await check();
    return { what, ...(typeof answer === 'string' ? { state: 'ok', detail: answer } : answer) };
  } catch (error) {
    const steps = elsewhere && { steps: [`${elsewhere}: ${what} could not be looked at`] };
    return { what, state: 'FAILED', detail: describe(error), ...steps };
  }
}

export const simulated = (what: string, detail: string): Promise<Finding> =>
  Promise.resolve({ what, state: 'simulated', detail });

/** What a finding leaves to do. Nothing that FAILED leaves nothing. */
export function stepsOf({ what, state, steps = [] }: Finding): string[] {
  if (state !== 'FAILED' || steps.length > 0) return steps;
  return [`mend ${what}, which FAILED above, then npm run doctor again`];
}

/** Whether a vendor can post to the shop; a stand-in of theirs is on this machine. */
export const isReached = ({ apiBaseUrl }: { apiBaseUrl: string | undefined }, publicUrl: string): boolean =>
  apiBaseUrl !== undefined || publicUrl.startsWith('https:');

export const unreachedStep = (vendor: string, publicUrl: string): string =>
  `${vendor} cannot reach ${publicUrl}: set PUBLIC_URL to the shop's https address`;
