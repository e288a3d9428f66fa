/** Fourteen days in fast motion: a simulated user works in five tabs during faults, until the refresh token expires. */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { expect } from 'playwright/test';
import { ourCookies } from '../fixtures/cookies.ts';
import { countOrders, noteField, placeOrder, signInAgain, signInDialog, uniqueNote } from '../fixtures/pages.ts';
import { type Environment, startEnvironment } from './environment.ts';
import { FAULTS } from './faults.ts';
import { seeded } from './random.ts';
import { countRefreshes, perLifetime, type Refreshes } from './refreshes.ts';
import { SimulatedUser } from './simulated-user.ts';

const ACCESS_LIFETIME_SECONDS = 6;
const ACCESS_LIFETIME_MS = ACCESS_LIFETIME_SECONDS * 1_000;
const LIFETIMES = 200;
/** In this first part nothing fails, and refreshes are counted strictly. */
const CALM_SHARE = 0.25;
/** Work stops this long before the session expires, so that the last action is finished. */
const CLOSING_MS = 30_000;
/** After a failure, the requests of this time are printed. */
const TRACE_MS = 60_000;
const PROGRESS_EVERY_MS = 15_000;
/** On a busy machine a tab may reload during a refresh, or wait too long for the lock; then another tab refreshes too, which is harmless. */
const CALM_SPARE_SHARE = 0.05;
const CALM_SPARE_MIN = 1;

interface Run {
  environment: Environment;
  user: SimulatedUser;
  seed: number;
  startedAtMs: number;
  /** When the refresh token expires. */
  endsAtMs: number;
  faults: Map<string, number>;
}

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const seconds = values.minutes ? Number(values.minutes) * 60 : LIFETIMES * ACCESS_LIFETIME_SECONDS;
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!(seconds >= 60) || !Number.isInteger(seed)) {
  console.error('Give --minutes a number from 1 on, and --seed a whole number.');
  process.exit(1);
}
process.exitCode = (await fortnight(Math.round(seconds), seed)) ? 0 : 1;

async function fortnight(refreshLifetimeSeconds: number, seed: number): Promise<boolean> {
  const lifetimes = Math.round(refreshLifetimeSeconds / ACCESS_LIFETIME_SECONDS);
  console.log(`Seed ${seed}. ${lifetimes} lifetimes of ${ACCESS_LIFETIME_SECONDS} s, the first quarter of them calm.`);
  const environment = await startEnvironment(ACCESS_LIFETIME_SECONDS, refreshLifetimeSeconds);
  try {
    const { refresh_token } = await ourCookies(environment.context);
    const startedAtMs = performance.now();
    const endsAtMs = startedAtMs + (refresh_token?.expires ?? 0) * 1_000 - Date.now();
    const user = new SimulatedUser(environment.tabs, seeded(seed));
    return await runCycle({ environment, user, seed, startedAtMs, endsAtMs, faults: new Map() });
  } finally {
    await environment.close();
  }
}

async function runCycle(run: Run): Promise<boolean> {
  const { environment, startedAtMs, endsAtMs } = run;
  const before = await ourCookies(environment.context);
  const calmUntilMs = startedAtMs + (endsAtMs - startedAtMs) * CALM_SHARE;
  const progress = setInterval(() => console.log(progressLine(run)), PROGRESS_EVERY_MS);
  try {
    await workUntil(run, calmUntilMs);
    const calm = countRefreshes(environment.faultProxy, ACCESS_LIFETIME_MS, startedAtMs);
    console.log(`The calm part is over: ${perLifetime(calm)} refreshes per lifetime. Now things fail.`);
    await Promise.all([workUntil(run, endsAtMs - CLOSING_MS), injectFaultsUntil(run, endsAtMs - CLOSING_MS - 10_000)]);
    const isUnchanged = (await ourCookies(environment.context)).refresh_token?.value === before.refresh_token?.value;
    const wrongOrders = await countWrongOrders(run);
    await expireAndSignInAgain(run);
    return report(run, calm, wrongOrders, isUnchanged);
  } catch (error) {
    console.log(recentFailures(run));
    throw error;
  } finally {
    clearInterval(progress);
  }
}

async function workUntil({ user }: Run, untilMs: number): Promise<void> {
  while (performance.now() < untilMs) await user.act();
}

/** Inject faults one at a time, with pauses. Faults that no request has met yet stay until the last one ends. */
async function injectFaultsUntil({ environment, seed, faults }: Run, untilMs: number): Promise<void> {
  const random = seeded(seed + 1);
  const [first = '', ...others] = Object.keys(FAULTS);
  while (performance.now() < untilMs) {
    const name = random.pick([first, ...others]);
    faults.set(name, (faults.get(name) ?? 0) + 1);
    await FAULTS[name]?.({ ...environment, random, accessLifetimeMs: ACCESS_LIFETIME_MS });
    await pause(random.between(500, ACCESS_LIFETIME_MS));
  }
  environment.faultProxy.heal();
}

/** Count placed orders that do not exist exactly once, and abandoned ones that exist twice. */
async function countWrongOrders({ environment, user }: Run): Promise<number> {
  let wrong = 0;
  const count = (note: string) => countOrders(environment.context, environment.faultProxy.url, note);
  for (const note of user.work.placed) if ((await count(note)) !== 1) wrong += 1;
  for (const note of user.work.abandoned) if ((await count(note)) > 1) wrong += 1;
  return wrong;
}

/** Let the session expire during a half-written order, and sign in in place. Throws if any of the order is lost. */
async function expireAndSignInAgain({ environment, endsAtMs }: Run): Promise<void> {
  const { tabs, context, faultProxy } = environment;
  const [tab] = tabs;
  const before = await ourCookies(context);
  const note = uniqueNote();
  await tab.goto('/order/new');
  await tab.getByRole('button', { name: 'More: Cork tray' }).click();
  await noteField(tab).fill(note);
  const timeout = endsAtMs - performance.now() + 4 * ACCESS_LIFETIME_MS;
  for (const each of tabs) await expect(signInDialog(each)).toBeVisible({ timeout });
  await signInAgain(tab);
  for (const each of tabs) await expect(signInDialog(each)).toBeHidden();
  await expect(noteField(tab)).toHaveValue(note);
  await placeOrder(tab);
  await expect(tab).toHaveURL(/\/order\/ORD-\d+$/);
  expect(await countOrders(context, faultProxy.url, note)).toBe(1);
  expect((await ourCookies(context)).refresh_token?.value).not.toBe(before.refresh_token?.value);
}

function progressLine({ environment, user, startedAtMs, faults }: Run): string {
  const lifetime = Math.floor((performance.now() - startedAtMs) / ACCESS_LIFETIME_MS);
  const { actions, failed, repeated, placed } = user.work;
  const { count } = countRefreshes(environment.faultProxy, ACCESS_LIFETIME_MS, startedAtMs);
  const faultCount = [...faults.values()].reduce((sum, times) => sum + times, 0);
  return `lifetime ${lifetime}: ${actions} actions, ${failed.length} failed, ${repeated} done again, ${placed.length} orders, ${count} refreshes, ${faultCount} faults`;
}

/** The problems of the user, and the recent requests. */
function recentFailures({ environment, user, startedAtMs }: Run): string {
  const sinceMs = performance.now() - TRACE_MS;
  const recent = environment.faultProxy
    .requests()
    .filter(({ atMs, path }) => atMs > sinceMs && !path.startsWith('/_next/'));
  const lines = recent.map(({ atMs, method, path, status }) => {
    return `${((atMs - startedAtMs) / 1_000).toFixed(1)} s ${method} ${path} ${status ?? 'lost'}`;
  });
  return [...user.work.problems, ...lines].join('\n');
}

function report(run: Run, calm: Refreshes, wrongOrders: number, isUnchanged: boolean): boolean {
  const { environment, user, startedAtMs, faults } = run;
  const { actions, failed, repeated, placed } = user.work;
  const all = countRefreshes(environment.faultProxy, ACCESS_LIFETIME_MS, startedAtMs);
  const thrown = [...new Set(environment.thrown)];
  console.log(`
Faults: ${[...faults].map(([name, times]) => `${name} ×${times}`).join(', ')}
Refreshes per lifetime while nothing failed: ${perLifetime(calm)} (${calm.count} refreshes, target 1.00)
Refreshes per lifetime over all: ${perLifetime(all)} (${all.count} refreshes)
User actions: ${actions}, failed: ${failed.length} (target 0), done again because the page asked or had to be loaded again: ${repeated}
Orders placed: ${placed.length}, lost or doubled: ${wrongOrders} (target 0)
Refresh token unchanged to its end: ${isUnchanged ? 'yes' : 'no'}
The session ended, signed in again in place, and a new cycle began.
Errors thrown in pages: ${thrown.length}`);
  for (const line of [...failed, ...thrown]) console.log(`  ${line}`);
  if (failed.length > 0) console.log(recentFailures(run));
  const isCalm = calm.due > 0 && calm.count - calm.due <= Math.max(CALM_SPARE_MIN, calm.due * CALM_SPARE_SHARE);
  return failed.length === 0 && wrongOrders === 0 && isUnchanged && isCalm && thrown.length === 0;
}
