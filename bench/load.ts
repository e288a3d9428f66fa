/** Load from a process of its own, in short rounds that take turns, so that whatever else the machine does meets all targets alike. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LOAD_PROCESS = fileURLToPath(new URL('./load-process.ts', import.meta.url));
/** How often autocannon looks whether its time is over. */
const SAMPLE_MS = 100;
const LONGEST_EMPTY_SECONDS = 8;
/** Long enough for a server to have compiled what it runs. */
const WARM_UP_SECONDS = 2;

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
  for (const target of targets) await load(target, WARM_UP_SECONDS, connections);
  for (let round = 1; round <= rounds; round += 1) {
    if (round === 1 || round % 10 === 0) progress(`round ${round} of ${rounds}`);
    // Back and forth: whoever is first in one round is last in the next.
    const order = round % 2 === 0 ? [...targets].reverse() : targets;
    for (const target of order) measured.get(target.name)?.push(await load(target, secondsPerRound, connections));
  }
  return measured;
}

/** What autocannon reports, as far as it is read here; dates come as text from another process. */
interface Report {
  requests: { total: number };
  latency: { p99: number };
  non2xx: number;
  errors: number;
  start: string;
  finish: string;
}

/** Throws when an answer was no success. */
export async function load(target: Target, seconds: number, connections: number): Promise<Round> {
  const { name, url, headers = {}, method = 'GET', body } = target;
  const report = await ask({ url, headers, method, body, connections, duration: seconds, sampleInt: SAMPLE_MS });
  const { total } = report.requests;
  const refused = report.non2xx + report.errors;
  // On a machine that stands still for a moment; a longer round tells that from a server that does not answer.
  if (total === 0 && refused === 0 && seconds < LONGEST_EMPTY_SECONDS) {
    return load(target, seconds * 2, connections);
  }
  if (refused > 0 || total === 0) {
    throw new Error(`${name}: ${report.non2xx} refusals and ${report.errors} errors in ${total} requests.`);
  }
  // Not the report's average, which is one of whole seconds.
  const elapsedMs = Date.parse(report.finish) - Date.parse(report.start);
  return { requestsPerSecond: (total * 1_000) / elapsedMs, p99Ms: report.latency.p99, total };
}

/** Started once and kept, since starting takes longer than a round; one for each load that is sent at the same time. */
const idle: ChildProcess[] = [];

async function ask(options: object): Promise<Report> {
  const child = idle.pop() ?? fork(LOAD_PROCESS);
  child.channel?.ref();
  const report = await new Promise<Report>((resolve, reject) => {
    const onExit = () => reject(new Error('The process that sends the load has ended.'));
    child.once('exit', onExit);
    // What `load-process.ts` sends.
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as Report);
    });
    child.send(options);
  });
  // It must not keep the benchmark from ending.
  child.unref();
  child.channel?.unref();
  idle.push(child);
  return report;
}
