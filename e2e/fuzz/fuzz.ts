/** One run: sends requests to a started server, checks and counts every answer. The same seed gives the same cases. */
import { send, Visitor } from '../support/http.ts';
import { type Case, casesOf } from './cases.ts';
import { faultsOf } from './check-answer.ts';
import { Issued, newClients } from './clients.ts';
import { wrongTokens } from './mutants.ts';
import { type FuzzRequest, requestOf, type World } from './requests.ts';
import { newWire } from './wire.ts';

const ORIGIN = 'https://orders.test';
/** `TRUST_PROXY`, so that requests have many addresses; https, so that browsers may bind sessions. */
export const FUZZ_ENV = { APP_ORIGIN: ORIGIN, TRUST_PROXY: '1' };

const IN_FLIGHT = 32;
/** The errors that end the session of a client with unchanged tokens. */
const ENDED: unknown[] = ['invalid_token', 'invalid_grant'];
const SHOWN_CHARS = 1_000;

export interface Run {
  url: string;
  requests: number;
  seed: number;
  onProgress?: (done: number) => void;
}

export interface Report {
  sent: number;
  /** By target and status; 0 is a connection that ended without an answer. */
  counts: Map<string, Map<number, number>>;
  /** Forbidden answers: how often, and the first request that caused each. */
  faults: Map<string, { times: number; example: string }>;
  signIns: number;
}

export async function fuzz({ url, requests, seed, onProgress }: Run): Promise<Report> {
  const issued = new Issued();
  const clients = await newClients(url, ORIGIN, issued);
  const world: World = {
    clients,
    known: await discoverKnown(url),
    wrongTokens: await wrongTokens(ORIGIN),
    origin: ORIGIN,
  };
  const wire = newWire(url, IN_FLIGHT);
  const cases = casesOf(seed);
  const report: Report = { sent: 0, counts: new Map(), faults: new Map(), signIns: 0 };

  async function one(fuzzed: Case, number: number): Promise<void> {
    const sent = await requestOf(fuzzed, world);
    const answer = await wire.send(sent).catch((error: Error) => error);
    if (answer instanceof Error) {
      note(report, `${sent.target.name}: no answer (${answer.message})`, `request ${number}, ${shown(sent)}`);
      return;
    }
    const given = issued.take(answer);
    const example = `request ${number}, ${shown(sent)}\n  answered ${answer.status} ${answer.text.slice(0, SHOWN_CHARS)}`;
    for (const fault of faultsOf(sent, answer, issued)) note(report, `${sent.target.name}: ${fault}`, example);
    count(report, sent.method === sent.target.method ? sent.target.name : 'another method', answer.status);
    follow(sent, answer, given);
    const session: unknown = answer.json?.sessions?.[0]?.id;
    if (typeof session === 'string') world.known.sessionIds.splice(0, 1, session);
  }

  async function work(): Promise<void> {
    while (report.sent < requests) {
      const number = report.sent;
      report.sent += 1;
      await one(cases.next().value, number);
      onProgress?.(number + 1);
    }
  }

  try {
    await Promise.all(Array.from({ length: IN_FLIGHT }, work));
    if ((await send(url, '/api/health')).status !== 200) note(report, 'the server is not well any more', '');
  } finally {
    wire.close();
  }
  report.signIns = clients.reduce((sum, client) => sum + client.signIns, 0);
  return report;
}

/** Give the client its new tokens, and tell it when its session has ended. */
function follow(
  sent: FuzzRequest,
  answer: Awaited<ReturnType<ReturnType<typeof newWire>['send']>>,
  given: object,
): void {
  const { client, access } = sent;
  const nonce = answer.headers['dpop-nonce'];
  if (typeof nonce === 'string') client.device.nonce = nonce;
  if (!sent.isOwn || sent.raw) return;
  if (sent.target.guard === 'refresh') {
    client.device.note({ ...answer });
    if (answer.status < 400) client.take(given);
  }
  const hasEnded = ENDED.includes(answer.json?.error) && sent.target.name !== 'bind by the browser';
  if (hasEnded || (sent.target.name.startsWith('sign') && answer.status < 400)) client.sessionEnded(access);
}

async function discoverKnown(url: string): Promise<World['known']> {
  const visitor = new Visitor(url);
  const { json } = await visitor.send('/api/login', {
    method: 'POST',
    json: { name: 'admin', pwd: '123456', transport: 'bearer' },
  });
  const headers = { authorization: `Bearer ${json.token}` };
  const [orders, products, page] = await Promise.all(
    ['/api/order?limit=100', '/api/product', '/login'].map((path) => visitor.send(path, { headers })),
  );
  return {
    orderNumbers: (orders?.json.orders ?? []).map((order: { number: string }) => order.number),
    skus: (products?.json.products ?? []).map((product: { sku: string }) => product.sku),
    sessionIds: [],
    assets: [...(page?.text.matchAll(/"(\/_next\/static\/[^"\\]+)"/g) ?? [])].map(([, path = '']) => path),
  };
}

function note({ faults }: Report, fault: string, example: string): void {
  const known = faults.get(fault);
  if (known) known.times += 1;
  else faults.set(fault, { times: 1, example });
}

function count({ counts }: Report, target: string, status: number): void {
  const ofTarget = counts.get(target) ?? new Map<number, number>();
  counts.set(target, ofTarget.set(status, (ofTarget.get(status) ?? 0) + 1));
}

function shown({ method, path, headers, body, raw }: FuzzRequest): string {
  if (raw) return JSON.stringify(raw.toString('latin1')).slice(0, SHOWN_CHARS);
  const text = body && ` ${JSON.stringify(body.toString('latin1'))}`;
  return `${method} ${path} ${JSON.stringify(headers)}${text ?? ''}`.slice(0, SHOWN_CHARS);
}

/** Log lines of errors. */
export function errorLines(log: string): string[] {
  return log.split('\n').filter((line) => /^\{"level":"(?:error|fatal)"/.test(line));
}

/** All requests by status. */
export function totals({ counts }: Report): Map<number, number> {
  const sum = new Map<number, number>();
  for (const ofTarget of counts.values()) {
    for (const [status, times] of ofTarget) sum.set(status, (sum.get(status) ?? 0) + times);
  }
  return new Map([...sum].sort(([a], [b]) => a - b));
}
