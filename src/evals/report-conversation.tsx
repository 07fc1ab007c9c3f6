import { passedAlways, passes } from './eval-run.ts';
import type { Attempt, CaseResult } from './run-cases.ts';
import type { Spoken } from './transcript.ts';

export const seconds = (value: number): string => `${value.toFixed(1)} s`;

export type Verdict = 'good' | 'mixed' | 'bad';
export function verdictOf(result: CaseResult): Verdict {
  if (passedAlways(result)) return 'good';
  return passes(result) > 0 ? 'mixed' : 'bad';
}

function Message({ spoken }: { spoken: Spoken }) {
  const { from, text, options, with: accompaniment } = spoken;
  return (
    <p class={from}>
      {accompaniment && <span class="aside">({accompaniment}) </span>}
      {text}
      {options.length > 0 && <span class="options">{`\n${options.map((title) => `[${title}]`).join(' ')}`}</span>}
    </p>
  );
}

/** The try that tells most: the first that failed, else the first. */
const toldAttempt = ({ attempts }: CaseResult): Attempt | undefined =>
  attempts.find(({ failures }) => failures.length > 0) ?? attempts[0];

/** One conversation, folded unless it failed: why, and what was said. */
export function Conversation({ result }: { result: CaseResult }) {
  const attempt = toldAttempt(result);
  if (!attempt) return null;
  const verdict = verdictOf(result);
  const { failures, transcript, usage } = attempt;
  return (
    <details class="case" open={verdict !== 'good'}>
      <summary>
        <span class={`mark ${verdict}`}>{`${passes(result)} of ${result.attempts.length}`}</span>
        <span class="name">{result.name}</span>
        <span class="facts">{`${result.theme} · ${result.language} · ${usage.calls} calls · ${seconds(attempt.seconds)}`}</span>
      </summary>
      <div class="inside">
        {failures.length > 0 && (
          <ul class="why">
            {failures.map((failure) => (
              <li key={failure}>{failure}</li>
            ))}
          </ul>
        )}
        <div class="talk">
          {transcript.map((spoken, index) => (
            // Messages have no id of their own, and never change places.
            <Message spoken={spoken} key={index} />
          ))}
        </div>
      </div>
    </details>
  );
}
