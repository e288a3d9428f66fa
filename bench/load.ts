/** Load from a process of its own, in short rounds that take turns, so that whatever else the machine does meets all targets alike. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const AUTOCANNON = createRequire(import.meta.url).resolve('autocannon');
const run = promisify(execFile);

export interface Target {
  name: string;
  url: string;
  headers?: Record<string, string>;
  method?: string;
  body?: string;
}

export interface Round {
  requestsPerSecond: number;
  p99Ms: number;
  /** Requests answered. */
  total: number;
}

export interface LoadOptions {
  rounds: number;
  secondsPerRound: number;
  connections: number;
}

/** Per target one entry for each round, in order. Every answer must have the status of a success, or what was measured is something else. */
export async function measureInTurns(
  targets: readonly Target[],
  { rounds, secondsPerRound, connections }: LoadOptions,
  progress: (line: string) => void,
): Promise<Map<string, Round[]>> {
  const measured = new Map<string, Round[]>(targets.map(({ name }) => [name, []]));
  for (const target of targets) await load(target, 1, connections);
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}`);
    // Back and forth: whoever is first in one round is last in the next.
    const order = round % 2 === 0 ? [...targets].reverse() : targets;
    for (const target of order) measured.get(target.name)?.push(await load(target, secondsPerRound, connections));
  }
  return measured;
}

/** Throws when an answer was no success. */
export async function load(
  { name, url, headers = {}, method = 'GET', body }: Target,
  seconds: number,
  connections: number,
): Promise<Round> {
  const args = [AUTOCANNON, '--json', '--no-progress', '-d', String(seconds), '-c', String(connections), '-m', method];
  for (const [key, value] of Object.entries(headers)) args.push('-H', `${key}=${value}`);
  if (body !== undefined) args.push('-b', body);
  const { stdout } = await run(process.execPath, [...args, url], { maxBuffer: 10_000_000 });
  // What `--json` prints.
  const report = JSON.parse(stdout) as {
    requests: { average: number; total: number };
    latency: { p99: number };
    non2xx: number;
    errors: number;
  };
  if (report.non2xx + report.errors > 0 || report.requests.total === 0) {
    throw new Error(
      `${name}: ${report.non2xx} refusals and ${report.errors} errors in ${report.requests.total} requests.`,
    );
  }
  return { requestsPerSecond: report.requests.average, p99Ms: report.latency.p99, total: report.requests.total };
}
