/**
 * `npm run bench:deny-set -- --people 1e8`: simulates the deny-set of one process for many users. The code is Tandem's;
 * the clock and the database are stand-ins, so that two and a half hours take seconds. Prints the size of the set, the cost of
 * a pull, and that no revoked session was admitted after the lag.
 */
import { parseArgs } from 'node:util';
import { DenySet, isRevoked } from '../lib/auth/sessions/deny-set.ts';
import { REVOCATION_OVERLAP_SECONDS } from '../lib/auth/sessions/session-limits.ts';
import { randomId } from '../lib/auth/tokens/random-id.ts';
import type { Db } from '../lib/db/client.ts';
import { env } from '../lib/env.ts';
import { quantile, short } from './figures.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1e8' },
    /** Revocations per person and day: one in fourteen days. */
    'endings-per-day': { type: 'string', default: '0.0714' },
    hours: { type: 'string', default: '2.5' },
  },
});
const [people, endingsPerDay, hours] = [values.people, values['endings-per-day'], values.hours].map(Number) as [
  number,
  number,
  number,
];
const perSecond = (people * endingsPerDay) / 86_400;
const seconds = Math.round(hours * 3_600);
const lagMs = env().revocationLagMs;

interface Ended {
  id: string;
  atMs: number;
}

const ended: Ended[] = [];
let nowMs = 0;
const clock = { monotonicMs: () => nowMs };
const set = new DenySet();
const rowsPerPull: number[] = [];
const pullMs: number[] = [];
let late = 0;
const heapBefore = heap();

for (let second = 0; second < seconds; second += 1) {
  nowMs = second * 1_000;
  endSome();
  const checked = ended.at(-1);
  if (!checked) continue;
  const startedAt = performance.now();
  // The first request after the lag pulls; it belongs to the last revoked session.
  const isRefused = await isRevoked(database(), checked.id, clock, set);
  pullMs.push(performance.now() - startedAt);
  if (!isRefused) late += 1;
  if (second % 600 === 0)
    process.stderr.write(`${second} of ${seconds} simulated seconds, ${short(set.forgetAtMs.size)} ids\n`);
}

const weightMb = (heap() - heapBefore) / 1e6;
const lookups = 1_000_000;
const sample = Array.from({ length: 1_000 }, () => randomId());
const lookupStart = performance.now();
let found = 0;
for (let n = 0; n < lookups; n += 1) if (set.forgetAtMs.has(sample[n % sample.length] ?? '')) found += 1;
const lookupNs = ((performance.now() - lookupStart) * 1e6) / lookups;
if (found > 0) throw new Error('A session that never ended is in the set.');

console.log(`${short(people)} signed-in people, ${short(perSecond)} sessions ended a second, a lag of ${lagMs} ms:`);
console.log(`  ids in the set          ${short(set.forgetAtMs.size)}`);
console.log(`  memory, with the rows   ${short(weightMb)} MB`);
console.log(`  rows in a pull          ${short(quantile(rowsPerPull, 0.5))}`);
console.log(`  a pull in the process   ${short(quantile(pullMs, 0.5))} ms, p99 ${short(quantile(pullMs, 0.99))} ms`);
console.log(`  one lookup              ${short(lookupNs)} ns`);
console.log(`  let in after the lag    ${late}`);
process.exitCode = late > 0 ? 1 : 0;

/** Rounds to whole sessions at random, so that the mean rate is exact. */
function endSome(): void {
  const count = Math.floor(perSecond) + (Math.random() < perSecond % 1 ? 1 : 0);
  for (let n = 0; n < count; n += 1) ended.push({ id: randomId(), atMs: nowMs });
}

/** Answers the deny-set's query: the sessions revoked after this instant, and the current time. */
function database(): Db {
  const since = (set.cursor?.getTime() ?? Number.NEGATIVE_INFINITY) - REVOCATION_OVERLAP_SECONDS * 1_000;
  const databaseNow = new Date(nowMs);
  const rows: { databaseNow: Date; id: string | null }[] = [];
  for (let index = ended.length - 1; index >= 0; index -= 1) {
    const one = ended[index];
    if (!one || one.atMs <= since) break;
    rows.push({ databaseNow, id: one.id });
  }
  if (rows.length === 0) rows.push({ databaseNow, id: null });
  rowsPerPull.push(rows.length);
  const answer = { from: () => ({ leftJoin: async () => rows }) };
  // Only the methods that the deny-set calls.
  return { select: () => answer } as unknown as Db;
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
