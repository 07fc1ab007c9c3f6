// `npm audit` of what a shop runs, for a check that nobody waits for in vain: exits with 1 on what is known to be high or critical,
// and only says so where the registry answers no audits (mirrors often do not).
import { spawnSync } from 'node:child_process';

const { stdout = '', stderr = '' } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });

function reportIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const report = reportIn(stdout);
const found = report.metadata?.vulnerabilities;
if (!found || report.error) {
  const reason = report.message ?? report.error?.summary ?? stderr.trim().split('\n').pop();
  process.stderr.write(
    `WARNING: dependencies were NOT audited, the registry gave no answer: ${reason || 'nothing said'}\n`,
  );
} else {
  const grave = Object.values(report.vulnerabilities ?? {}).filter(({ severity }) =>
    /^(high|critical)$/.test(severity),
  );
  for (const { name, severity, range } of grave) process.stderr.write(`${severity}: ${name} ${range}\n`);
  process.stdout.write(`Dependencies audited: ${grave.length} of high or critical severity, ${found.total} in all.\n`);
  process.exitCode = grave.length > 0 ? 1 : 0;
}
