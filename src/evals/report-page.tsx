import { render } from 'preact-render-to-string';
import type { EvalRun, RunDiff } from './eval-run.ts';

export const renderReport = (run: EvalRun, _diff: RunDiff | undefined): string =>
  `<!doctype html>${render(
    <html lang="en">
      <body>{run.model}</body>
    </html>,
  )}`;
