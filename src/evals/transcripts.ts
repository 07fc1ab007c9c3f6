import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EvalCase } from './eval-case.ts';
import type { CaseResult } from './run-cases.ts';
import type { Spoken } from './transcript.ts';

/** Whose conversations are shown. */
export const TRANSCRIPTS_THEME = 'purchases';
export const TRANSCRIPTS_FILE = path.resolve(import.meta.dirname, '../../docs/transcripts.md');

const HEAD = `# Five purchases, as their customers saw them

Played against the real agent, tools, flows and outbox on the demo catalogue; what the model says in the first three is
written by hand in \`prompts/evals/purchases.json\` (no key was at hand), the last two are answered by rules alone. Written by
\`npm run eval -- --transcripts\`; a test holds this page to what the shop says today. **>** is the customer, buttons and rows
are in [brackets].
`;

/** The stand-in checkout's address differs from run to run; customers see Stripe's. */
const LINK = /http:\/\/127\.0\.0\.1:\d+\/sandbox\/checkout\/\w+/g;

/** Before a currency: which one differs between versions of Node. */
const NARROW_SPACES = /[\u00a0\u202f]/g;

const quoted = (text: string, mark: string): string =>
  text
    .split('\n')
    .map((line) => `${mark}${line}`.trimEnd())
    .join('\n');

function spokenLines({ from, text, options, with: accompaniment }: Spoken): string {
  const words = text.replace(LINK, 'https://checkout.stripe.com/c/pay/…').replace(NARROW_SPACES, ' ');
  const aside = accompaniment ? `(${accompaniment})` : '';
  if (from === 'customer') return quoted([aside, words].filter(Boolean).join(' '), '> ');
  const offered = options.map((title) => `[${title}]`).join(' ');
  return quoted([aside, words, offered].filter(Boolean).join('\n'), '  ');
}

const LANGUAGES = { fr: 'French', en: 'English', es: 'Spanish' } as const;
const BY = { any: 'with a model', none: 'by rules alone', written: 'with a written model' } as const;

function renderOne({ name, language, model }: EvalCase, { attempts }: CaseResult): string {
  const lines = attempts[0]?.transcript.map(spokenLines) ?? [];
  return `## ${name}\n\n${LANGUAGES[language]}, ${BY[model]}.\n\n\`\`\`text\n${lines.join('\n\n')}\n\`\`\`\n`;
}

/** The page docs/transcripts.md: the same on every machine for the same words. */
export function renderTranscripts(cases: readonly EvalCase[], results: readonly CaseResult[]): string {
  const shown = cases.flatMap((evalCase) => {
    const result = results.find(({ name }) => name === evalCase.name);
    return result ? [renderOne(evalCase, result)] : [];
  });
  return [HEAD, ...shown].join('\n');
}

export function writeTranscripts(cases: readonly EvalCase[], results: readonly CaseResult[]): void {
  writeFileSync(TRANSCRIPTS_FILE, renderTranscripts(cases, results));
}
