import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EvalCase } from './case-file.ts';
import type { CaseResult } from './run-cases.ts';
export const TRANSCRIPTS_THEME = 'purchases';
export const TRANSCRIPTS_FILE = path.resolve(import.meta.dirname, '../../docs/transcripts.md');
export function renderTranscripts(_cases: readonly EvalCase[], _results: readonly CaseResult[]): string { return ''; }
export function writeTranscripts(cases: readonly EvalCase[], results: readonly CaseResult[]): void {
  writeFileSync(TRANSCRIPTS_FILE, renderTranscripts(cases, results));
}
