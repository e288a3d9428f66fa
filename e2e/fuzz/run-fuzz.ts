/** `npm run fuzz`: a hundred thousand generated requests to a new server; `-- --requests 5000 --seed 7` for fewer, or to repeat a run. */
import { parseArgs } from 'node:util';
import { buildIfStale } from '../../scripts/set-up.mjs';
import { startServer } from '../support/server.ts';
import { SERVER_ENV } from '../support/tokens.ts';
import { errorLines, FUZZ_ENV, fuzz, type Report, totals } from './fuzz.ts';

const REQUESTS = 100_000;
const LOUD_MAX = 20;
const PROGRESS_EVERY_MS = 10_000;

const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string' } } });
const requests = Number(values.requests ?? REQUESTS);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!(requests >= 1) || !Number.isInteger(seed)) {
  console.error('Give --requests a number from 1 on, and --seed a whole number.');
  process.exit(1);
}

await buildIfStale();
console.log(`Seed ${seed}, ${requests} requests.`);
const server = await startServer({ env: { ...SERVER_ENV, ...FUZZ_ENV } });
const startedAtMs = performance.now();
let done = 0;
const progress = setInterval(() => console.log(`${done} of ${requests}`), PROGRESS_EVERY_MS);
try {
  const report = await fuzz({ url: server.url, requests, seed, onProgress: (number) => (done = number) });
  print(report, Math.round((performance.now() - startedAtMs) / 1_000));
  const errors = errorLines(server.output());
  console.log(`${errors.length} errors in the log.${kindsOf(errors).map((line) => `\n${line}`)}`);
  process.exitCode = report.faults.size + errors.length > 0 ? 1 : 0;
} finally {
  clearInterval(progress);
  await server.stop();
}

/** One line of each kind. */
function kindsOf(lines: string[]): string[] {
  const kindOf = (line: string) =>
    line.slice(line.indexOf('"event"')).replace(/"(?:request_id|address|user_id)":[^,]*,/g, '');
  return [...new Set(lines.map(kindOf))].slice(0, LOUD_MAX);
}

function print(report: Report, seconds: number): void {
  const line = (counts: Map<number, number>) => [...counts].map(([status, times]) => `${status}: ${times}`).join(', ');
  for (const [target, counts] of report.counts) {
    console.log(`${target.padEnd(30)} ${line(new Map([...counts].sort(([a], [b]) => a - b)))}`);
  }
  for (const [fault, { times, example }] of report.faults) console.log(`\nFAULT ${times} × ${fault}\n  ${example}`);
  console.log(
    `\n${report.sent} requests in ${seconds} s, seed ${seed}, ${report.signIns} sign-ins, ${report.faults.size} kinds of fault.\n${line(totals(report))}`,
  );
}
