/** Sends load from a separate process, in short alternating rounds, so that other load on the machine affects all targets alike. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LOAD_PROCESS = fileURLToPath(new URL('./load-process.ts', import.meta.url));
/** How often autocannon checks whether its time is over. */
const SAMPLE_MS = 100;
const LONGEST_EMPTY_SECONDS = 8;
/** Long enough for the server's code to be compiled. */
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

/** Per target one entry for each round, in order. Throws if an answer is not a success, since that would measure something else. */
export async function measureInTurns(
  targets: readonly Target[],
  { rounds, secondsPerRound, connections }: LoadOptions,
  progress: (line: string) => void,
): Promise<Map<string, Round[]>> {
  const measured = new Map<string, Round[]>(targets.map(({ name }) => [name, []]));
  for (const target of targets) await load(target, WARM_UP_SECONDS, connections);
  for (let round = 1; round <= rounds; round += 1) {
    if (round === 1 || round % 10 === 0) progress(`round ${round} of ${rounds}`);
    // Back and forth: the first target of a round is the last of the next.
    const order = round % 2 === 0 ? [...targets].reverse() : targets;
    for (const target of order) measured.get(target.name)?.push(await load(target, secondsPerRound, connections));
  }
  return measured;
}

/** The used part of autocannon's report; dates arrive as text from the other process. */
interface Report {
  requests: { total: number };
  latency: { p99: number };
  non2xx: number;
  errors: number;
  start: string;
  finish: string;
}

/** Throws if an answer was not a success. */
export async function load(target: Target, seconds: number, connections: number): Promise<Round> {
  const { name, url, headers = {}, method = 'GET', body } = target;
  const report = await ask({ url, headers, method, body, connections, duration: seconds, sampleInt: SAMPLE_MS });
  const { total } = report.requests;
  const refused = report.non2xx + report.errors;
  // The machine may pause for a moment; a longer round distinguishes that from a server that does not answer.
  if (total === 0 && refused === 0 && seconds < LONGEST_EMPTY_SECONDS) {
    return load(target, seconds * 2, connections);
  }
  if (refused > 0 || total === 0) {
    throw new Error(`${name}: ${report.non2xx} refusals and ${report.errors} errors in ${total} requests.`);
  }
  // Not the report's average, which counts whole seconds.
  const elapsedMs = Date.parse(report.finish) - Date.parse(report.start);
  return { requestsPerSecond: (total * 1_000) / elapsedMs, p99Ms: report.latency.p99, total };
}

/** Started once and kept, since starting takes longer than a round; one per simultaneous load. */
const idle: ChildProcess[] = [];

async function ask(options: object): Promise<Report> {
  const child = idle.pop() ?? fork(LOAD_PROCESS);
  child.channel?.ref();
  const report = await new Promise<Report>((resolve, reject) => {
    const onExit = () => reject(new Error('The process that sends the load has ended.'));
    child.once('exit', onExit);
    // Sent by `load-process.ts`.
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as Report);
    });
    child.send(options);
  });
  // It must not keep the benchmark running.
  child.unref();
  child.channel?.unref();
  idle.push(child);
  return report;
}
