/** The rules of the session on their own, whatever happens in whatever order: no browser, no server, no time but what they are told. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { RENEWAL_GAP_MS, RETRY_FIRST_MS } from '../policy.ts';
import type * as Core from './core.ts';

const RUNS = 1_500;
const STEPS_MIN = 100_000;
const TIME_LIMIT_MS = 120_000;
const LIFETIME_SECONDS = 15;
const EVENTS = ['pass', 'wake', 'look', 'tell', 'halt', 'want', 'enter', 'answer', 'refuse', 'leave'] as const;

/** Leaving ends a page and halting stops it for a while, so they are rarer than the others. */
const OFTEN = EVENTS.flatMap((name) =>
  Array<Happening['name']>(name === 'leave' ? 1 : name === 'halt' ? 4 : 20).fill(name),
);

interface Happening {
  name: (typeof EVENTS)[number];
  choice: number;
  /** Of `paceMs`. */
  passed: number;
  isHidden: boolean;
  random: number;
}

const life = fc.record({
  paceMs: fc.constantFrom(100, 4_000),
  isOnline: fc.boolean(),
  happenings: fc.array(
    fc.record({
      name: fc.constantFrom(...OFTEN),
      choice: fc.nat({ max: 99 }),
      passed: fc.double({ min: 0, max: 1, noNaN: true }),
      isHidden: fc.boolean(),
      random: fc.double({ min: 0, max: 0.99, noNaN: true }),
    }),
    { minLength: 1, maxLength: 150, size: 'max' },
  ),
});

/** Rules that nothing has happened to yet. */
async function freshCore(): Promise<typeof Core> {
  vi.resetModules();
  return await import('./core.ts');
}

/** What is not to be done but to be remembered. */
function stateOf({ snapshot, endsAtMs, retryAtMs, epoch, isRenewing, isLeft }: typeof Core) {
  return { snapshot, endsAtMs, retryAtMs, epoch, isRenewing, isLeft };
}

/** A page with these rules, and the renewals that it has begun. */
class Page {
  readonly core: typeof Core;
  readonly isOnline: boolean;
  readonly paceMs: number;
  nowMs = 0;
  hint = `1.1800000000.${LIFETIME_SECONDS}`;
  queued: number[] = [];
  sent: number[] = [];
  lastPutAtMs = Number.NEGATIVE_INFINITY;
  hasFailed = false;
  overs = 0;
  puts = 0;
  /** Everything that has come out, for comparing two pages. */
  readonly log: unknown[] = [];

  constructor(core: typeof Core, { isOnline, paceMs }: { isOnline: boolean; paceMs: number }) {
    this.core = core;
    this.isOnline = isOnline;
    this.paceMs = paceMs;
    const user = { id: 1, name: 'ada' };
    core.see(0, this.hint, isOnline, false, 0.5);
    core.started({ user, expiresInSeconds: LIFETIME_SECONDS });
  }

  happen({ name, choice, passed, isHidden, random }: Happening): void {
    const { core } = this;
    this.nowMs += passed * this.paceMs;
    const before = stateOf(core);
    const [rule, mayEnd, epoch = before.epoch] = this.#ruleOf(name, choice);
    core.see(this.nowMs, this.hint, this.isOnline, isHidden, random);
    rule();
    const after = stateOf(core);
    const { toRenew, toPut, toCheck, toTell, toGoTo } = core;
    this.log.push([after, toRenew, toPut, toCheck, toTell, toGoTo, core.lookAtMs()]);

    if (before.isLeft) expect([toRenew, toPut, toCheck, toTell]).toEqual([false, false, false, undefined]);
    if (epoch !== before.epoch && name === 'answer') expect(after).toEqual(before);
    if (after.snapshot.state === 'over') {
      expect([toRenew, toPut, core.isFresh(this.nowMs)]).toEqual([false, false, false]);
      if (before.snapshot.state !== 'over') {
        expect(mayEnd).toBe(true);
        this.overs += 1;
      }
    }
    // Only signing in leads out of that, never a renewal that fails late.
    if (before.snapshot.state === 'over') expect(after.snapshot.state).not.toBe('unknown');
    if (toRenew) {
      expect([before.isRenewing, after.isRenewing]).toEqual([false, true]);
      this.queued.push(after.epoch);
    }
    if (toPut) {
      // One that failed is tried again sooner.
      expect(this.nowMs - this.lastPutAtMs).toBeGreaterThanOrEqual(
        this.hasFailed ? RETRY_FIRST_MS / 2 : RENEWAL_GAP_MS,
      );
      this.hasFailed = false;
      this.lastPutAtMs = this.nowMs;
      this.puts += 1;
      this.sent.push(epoch);
    }
    // A timer that is due at once after it has fired would never rest.
    if (name === 'pass') expect(core.lookAtMs()).toBeGreaterThan(this.nowMs);
  }

  /** The rule, whether it may say that the session is over, and the epoch of the renewal that it is about. */
  #ruleOf(name: Happening['name'], choice: number): [rule: () => void, mayEnd: boolean, epoch?: number] {
    const { core } = this;
    if (name === 'pass') return [() => core.woken(), false];
    if (name === 'wake') return [() => core.woken({ persisted: choice < 5 }), false];
    if (name === 'look') {
      // Another tab has renewed, or signed in somebody else; or there is nothing to see.
      if (choice % 2) this.#renewHint(choice > 97 ? 2 : 1);
      return [core.looked, false];
    }
    if (name === 'tell') {
      const message = choice > 97 ? 'out' : choice > 80 ? 'stop' : choice > 40 ? 'over' : 'look';
      if (message === 'over' && choice % 3 === 0) this.hint = '';
      return [() => core.told(message), message === 'over' && this.hint === ''];
    }
    if (name === 'halt') return [core.halted, false];
    if (name === 'want') return [core.wanted, false];
    if (name === 'refuse') return [() => core.refused(choice % 2 ? core.endsAtMs : 1), false];
    if (name === 'leave') return [() => core.left(choice % 2 ? '/login' : ''), false];
    const epoch = (name === 'enter' ? this.queued : this.sent).shift();
    if (epoch === undefined) return [() => {}, false];
    if (name === 'enter') return [() => core.entered(epoch), false, epoch];
    const answer = this.#answer(choice);
    this.hasFailed ||= !answer.expires_in;
    return [() => core.answered(epoch, answer), answer.error === 'invalid_grant', epoch];
  }

  #answer(choice: number): Parameters<typeof Core.answered>[1] {
    if (choice % 3 === 0) return { error: 'unavailable', retryAfterSeconds: choice % 4 };
    if (choice % 10 === 1) return {};
    if (choice % 10 === 2) {
      this.hint = '';
      return { error: 'invalid_grant' };
    }
    this.#renewHint();
    return { expires_in: LIFETIME_SECONDS };
  }

  #renewHint(userId = 1): void {
    this.hint = `${userId}.${1_800_000_000 + Math.floor(this.nowMs / 1_000)}.${LIFETIME_SECONDS}`;
  }
}

test(
  'a session is over by the server’s word alone, renewed once at a time, and quiet once its page is left',
  async () => {
    let [steps, overs, puts] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(life, async ({ happenings, ...circumstances }) => {
        const page = new Page(await freshCore(), circumstances);
        for (const happening of happenings) page.happen(happening);
        steps += happenings.length;
        overs += page.overs;
        puts += page.puts;
      }),
      { numRuns: RUNS },
    );
    expect(steps).toBeGreaterThan(STEPS_MIN);
    // Or nothing would have been shown.
    expect(overs).toBeGreaterThan(100);
    expect(puts).toBeGreaterThan(150);
  },
  TIME_LIMIT_MS,
);

test('the same happenings have the same outcome', async () => {
  await fc.assert(
    fc.asyncProperty(life, async ({ happenings, ...circumstances }) => {
      const pages = [new Page(await freshCore(), circumstances), new Page(await freshCore(), circumstances)] as const;
      for (const page of pages) for (const happening of happenings) page.happen(happening);
      expect(pages[0].log).toEqual(pages[1].log);
    }),
    { numRuns: 100 },
  );
});
