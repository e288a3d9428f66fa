/** The rules of the session alone, with events in any order: no browser, no server, and no time but what they are told. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REFRESH_GAP_MS, RETRY_FIRST_MS } from '../policy.ts';
import { type Effect, type RefreshAnswer, reduce, type SessionEvent } from './reducer.ts';
import { INITIAL_STATE, isTokenFresh, type State, wakeAtMs } from './state.ts';

const RUNS = 1_500;
const STEPS_MIN = 100_000;
const TIME_LIMIT_MS = 120_000;
const LIFETIME_SECONDS = 15;
const STEPS = [
  'pass',
  'change',
  'look',
  'message',
  'sign in',
  'need',
  'enter',
  'answer',
  'refuse',
  'navigate',
  'leave',
] as const;

/** Leaving ends a page and a sign-in stops it for a while, so they are rarer than the others. */
const OFTEN = STEPS.flatMap((name) =>
  Array<Step['name']>(name === 'leave' ? 1 : name === 'sign in' ? 4 : 20).fill(name),
);

interface Step {
  name: (typeof STEPS)[number];
  choice: number;
  /** Of `paceMs`. */
  passed: number;
  isHidden: boolean;
  random: number;
}

const life = fc.record({
  paceMs: fc.constantFrom(100, 4_000),
  isOnline: fc.boolean(),
  steps: fc.array(
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

/** What asks the server or another tab for something. */
const ASKING: Effect['type'][] = ['lock', 'refresh', 'check', 'broadcast'];

const PERSONAL: SessionEvent['type'][] = ['signing-in', 'signed-in', 'signing-out'];

/** A page with these rules, and the refreshes that it has begun. */
class Page {
  readonly isOnline: boolean;
  readonly paceMs: number;
  state: State = INITIAL_STATE;
  nowMs = 0;
  hint = `1.1800000000.${LIFETIME_SECONDS}`;
  queued: number[] = [];
  sent: number[] = [];
  lastSentAtMs = Number.NEGATIVE_INFINITY;
  hasFailed = false;
  hasLeft = false;
  revocations = 0;
  refreshes = 0;
  /** Everything that has come out, for comparing two pages. */
  readonly log: unknown[] = [];

  constructor({ isOnline, paceMs }: { isOnline: boolean; paceMs: number }) {
    this.isOnline = isOnline;
    this.paceMs = paceMs;
    const user = { id: 1, name: 'ada' };
    this.#reduce({ type: 'page-started', user, expiresInSeconds: LIFETIME_SECONDS }, { isHidden: false, random: 0.5 });
  }

  take({ name, choice, passed, isHidden, random }: Step): void {
    this.nowMs += passed * this.paceMs;
    const before = this.state;
    const event = this.#eventOf(name, choice);
    if (!event) return;
    const effects = this.#reduce(event, { isHidden, random });
    const after = this.state;
    const types = effects.map(({ type }) => type);

    if (this.hasLeft) {
      const asked = types.filter((type) => ASKING.includes(type));
      // The other tabs are told of what a person still does there, and the server is told nothing. A page that loads again tells them itself.
      const isTold = PERSONAL.includes(event.type) && !types.includes('navigate');
      expect(asked).toEqual(isTold ? ['broadcast'] : []);
    }
    this.hasLeft ||= event.type === 'signing-out' || types.includes('navigate');
    if (event.type === 'answered' && event.epoch !== before.epoch) {
      expect(effects).toEqual([]);
      expect(remembered(after)).toEqual(remembered(before));
    }
    if (after.snapshot.status === 'revoked') {
      expect(types).not.toContain('lock');
      expect(types).not.toContain('refresh');
      expect(isTokenFresh(after, this.nowMs)).toBe(false);
      if (before.snapshot.status !== 'revoked') {
        expect(this.#mayRevoke(event)).toBe(true);
        this.revocations += 1;
      }
    }
    // Only signing in leads out of that, never a refresh that fails late.
    if (before.snapshot.status === 'revoked') expect(after.snapshot.status).not.toBe('unknown');
    if (types.includes('lock')) {
      expect([before.isRefreshing, after.isRefreshing]).toEqual([false, true]);
      this.queued.push(after.epoch);
    }
    if (types.includes('refresh')) {
      // One that failed is tried again sooner.
      expect(this.nowMs - this.lastSentAtMs).toBeGreaterThanOrEqual(
        this.hasFailed ? RETRY_FIRST_MS / 2 : REFRESH_GAP_MS,
      );
      this.hasFailed = false;
      this.lastSentAtMs = this.nowMs;
      this.refreshes += 1;
      this.sent.push(after.epoch);
    }
    // A timer that is due at once after it has fired would never rest.
    if (event.type === 'timer') expect(wakeAtMs(after)).toBeGreaterThan(this.nowMs);
  }

  #reduce(event: SessionEvent, circumstances: { isHidden: boolean; random: number }): readonly Effect[] {
    const { nowMs, hint, isOnline } = this;
    Object.freeze(this.state.snapshot);
    const { state, effects } = reduce(Object.freeze(this.state), event, { nowMs, hint, isOnline, ...circumstances });
    this.state = state;
    this.log.push([state, effects]);
    return effects;
  }

  #mayRevoke(event: SessionEvent): boolean {
    if (event.type === 'answered') return event.answer.error === 'invalid_grant';
    return event.type === 'message' && event.message === 'over' && this.hint === '';
  }

  /** Undefined where there is no refresh to be answered. */
  #eventOf(name: Step['name'], choice: number): SessionEvent | undefined {
    if (name === 'pass') return { type: 'timer' };
    if (name === 'change') return { type: 'page-changed', persisted: choice < 5 };
    if (name === 'look') {
      // Another tab has refreshed, or signed in another user; or there is nothing new.
      if (choice % 2) this.#changeHint(choice > 97 ? 2 : 1);
      return { type: 'message', message: 'look' };
    }
    if (name === 'message') {
      const message = choice > 97 ? 'out' : choice > 90 ? 'in' : choice > 80 ? 'stop' : choice > 40 ? 'over' : 'look';
      if (message === 'over' && choice % 3 === 0) this.hint = '';
      return { type: 'message', message };
    }
    if (name === 'sign in') {
      if (choice % 2) return { type: 'signing-in' };
      const user = choice % 10 ? { id: 1, name: 'ada' } : { id: 2, name: 'ben' };
      return { type: 'signed-in', user, expires_in: LIFETIME_SECONDS };
    }
    if (name === 'need') return { type: 'token-needed' };
    if (name === 'refuse') return { type: 'token-refused', tokenEndsAtMs: choice % 2 ? this.state.tokenEndsAtMs : 1 };
    if (name === 'navigate') return { type: 'navigated', isReached: choice % 2 === 0 };
    if (name === 'leave') return choice % 3 ? { type: 'page-left', url: '/login' } : { type: 'signing-out' };
    const epoch = (name === 'enter' ? this.queued : this.sent).shift();
    if (epoch === undefined) return undefined;
    if (name === 'enter') return { type: 'locked', epoch };
    const answer = this.#answer(choice);
    this.hasFailed ||= !answer.expires_in;
    return { type: 'answered', epoch, answer };
  }

  #answer(choice: number): RefreshAnswer {
    if (choice % 3 === 0) return { error: 'unavailable', retryAfterSeconds: choice % 4 };
    if (choice % 10 === 1) return {};
    if (choice % 10 === 2) {
      this.hint = '';
      return { error: 'invalid_grant' };
    }
    this.#changeHint();
    return { expires_in: LIFETIME_SECONDS };
  }

  #changeHint(userId = 1): void {
    this.hint = `${userId}.${1_800_000_000 + Math.floor(this.nowMs / 1_000)}.${LIFETIME_SECONDS}`;
  }
}

/** Without what the page sees. */
function remembered({ nowMs, hint, isOnline, isHidden, random, ...rest }: State) {
  return rest;
}

test(
  'a session is revoked by the server’s word alone, refreshed once at a time, and quiet once its page is left',
  () => {
    let [taken, revocations, refreshes] = [0, 0, 0];
    fc.assert(
      fc.property(life, ({ steps, ...circumstances }) => {
        const page = new Page(circumstances);
        for (const step of steps) page.take(step);
        taken += steps.length;
        revocations += page.revocations;
        refreshes += page.refreshes;
      }),
      { numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(STEPS_MIN);
    // Or nothing would have been shown.
    expect(revocations).toBeGreaterThan(100);
    expect(refreshes).toBeGreaterThan(150);
  },
  TIME_LIMIT_MS,
);

test('the same events have the same outcome, and leave the state before as it was', () => {
  fc.assert(
    fc.property(life, ({ steps, ...circumstances }) => {
      const pages = [new Page(circumstances), new Page(circumstances)] as const;
      for (const page of pages) for (const step of steps) page.take(step);
      expect(pages[0].log).toEqual(pages[1].log);
    }),
    { numRuns: 100 },
  );
});

test('a message that a newer version sends is ignored', () => {
  const environment = { nowMs: 1_000, hint: '1.1800000000.15', isOnline: true, isHidden: false, random: 0.5 };
  const user = { id: 1, name: 'ada' };
  const { state } = reduce(INITIAL_STATE, { type: 'page-started', user, expiresInSeconds: 15 }, environment);
  // As it comes from the channel, which nothing checks.
  const event = JSON.parse('{"type":"message","message":"refreshed"}');
  expect(reduce(state, event, environment)).toEqual({ state, effects: [] });
});
