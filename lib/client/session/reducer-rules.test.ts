/** The rules of the session one by one: what a page does next, and when. Instants are those of the rule, nothing waits. */
import { describe, expect, test } from 'vitest';
import type { Environment } from './environment.ts';
import { type Effect, type RefreshAnswer, reduce, type SessionEvent } from './reducer.ts';
import { dueAtMs, INITIAL_STATE, isTokenFresh, refreshAtMs, type State, wakeAtMs } from './state.ts';

const ADA = { id: 1, name: 'ada' };
const ISSUED_AT_SECONDS = 1_800_000_000;
const LIFETIME_SECONDS = 100;
const hintOf = (userId: number, issuedAfterSeconds = 0) =>
  `${userId}.${ISSUED_AT_SECONDS + issuedAfterSeconds}.${LIFETIME_SECONDS}`;
const HINT = hintOf(1);
const NEVER_MS = 1_000_000_000;

type Sight = Partial<Omit<Environment, 'nowMs'>>;

/** Its time begins at 0. */
class Page {
  state: State = INITIAL_STATE;
  #sees: Environment = { nowMs: 0, hint: HINT, isOnline: true, isHidden: false, random: 0 };

  /** Returns what is asked for. */
  take(event: SessionEvent, atMs = this.#sees.nowMs, sight: Sight = {}): readonly Effect[] {
    this.#sees = { ...this.#sees, ...sight, nowMs: atMs };
    const { state, effects } = reduce(this.state, event, this.#sees);
    this.state = state;
    return effects;
  }

  get snapshot() {
    return this.state.snapshot;
  }

  isFreshAt(atMs: number): boolean {
    return isTokenFresh(this.state, atMs);
  }

  /** From asking for the lock to the answer, with which `sight` changes. */
  refresh(answer: RefreshAnswer, atMs: number, sight?: Sight): readonly Effect[] {
    const [lock] = this.take({ type: 'token-needed' }, atMs);
    if (lock?.type !== 'lock') throw new Error('No refresh may start.');
    const [refresh] = this.take({ type: 'locked', epoch: lock.epoch });
    if (refresh?.type !== 'refresh') throw new Error('No refresh is sent.');
    return this.take({ type: 'answered', epoch: refresh.epoch, answer }, atMs, sight);
  }
}

function started(sight: Sight = {}, expiresInSeconds = LIFETIME_SECONDS): Page {
  const page = new Page();
  page.take({ type: 'page-started', user: ADA, expiresInSeconds }, 0, sight);
  return page;
}

function signedOut(hint = ''): Page {
  const page = new Page();
  page.take({ type: 'page-started', user: null }, 0, { hint });
  return page;
}

/** Its token has ended, so that only a pause holds a refresh up. */
const ended = (sight?: Sight) => started(sight, 0);

const look: SessionEvent = { type: 'message', message: 'look' };
const changed: SessionEvent = { type: 'page-changed', persisted: false };
const RELOAD: Effect = { type: 'navigate', url: undefined };
const isAskedFor = (effects: readonly Effect[]) => effects.map(({ type }) => type);

describe('a page that starts', () => {
  test('is live, knows what its token has to live, and tells the other tabs', () => {
    const page = new Page();
    const effects = page.take({ type: 'page-started', user: ADA, expiresInSeconds: 40 });
    expect(effects).toEqual([{ type: 'broadcast', message: 'look' }]);
    expect(page.snapshot).toEqual({
      status: 'live',
      user: ADA,
      notice: null,
      expiresInMs: 40_000,
      lifetimeMs: 100_000,
      refreshes: 0,
    });
  });

  test('with an ended token refreshes as soon as it is needed', () => {
    const page = new Page();
    page.take({ type: 'page-started', user: ADA });
    expect(isAskedFor(page.take({ type: 'token-needed' }))).toEqual(['lock']);
  });

  test('without a hint goes by what the server said alone', () => {
    const page = started({ hint: '' }, 50);
    expect(page.snapshot).toMatchObject({ expiresInMs: 50_000, lifetimeMs: 50_000 });
    expect(dueAtMs(page.state)).toBe(40_000);
  });

  test('never believes a token to live longer than its whole life', () => {
    expect(started({}, 500).snapshot.expiresInMs).toBe(100_000);
  });

  test('once more, with an unchanged hint, believes no old number', () => {
    const page = started();
    page.take({ type: 'page-started', user: ADA, expiresInSeconds: 100 }, 60_000);
    expect(page.snapshot.expiresInMs).toBe(40_000);
    page.take({ type: 'page-started', user: ADA, expiresInSeconds: 90 }, 60_000, { hint: hintOf(1, 55) });
    expect(page.snapshot.expiresInMs).toBe(90_000);
  });

  test('signed out refreshes only if a hint is left, which the server then clears', () => {
    const page = new Page();
    expect(page.take({ type: 'page-started', user: null }, 0, { hint: '' })).toEqual([]);
    expect(isAskedFor(new Page().take({ type: 'page-started', user: null }))).toEqual(['lock']);
  });

  test('and stops is as before', () => {
    const page = started();
    page.take({ type: 'page-stopped' });
    expect(page.snapshot).toEqual(INITIAL_STATE.snapshot);
  });
});

describe('a token', () => {
  test.each([
    [100, 0, 80_000],
    [100, 0.5, 82_500],
    [7_200, 0, 7_140_000],
    [7_200, 0.5, 7_147_500],
  ])(
    'of %i s is due a fifth of its life before its end, a minute at most, in some tabs later (%d)',
    (seconds, random, dueAt) => {
      const hint = `1.${ISSUED_AT_SECONDS}.${seconds}`;
      expect(dueAtMs(started({ hint, random }, seconds).state)).toBe(dueAt);
    },
  );

  test('is sent until a quarter of that time before its end', () => {
    const page = started();
    expect([page.isFreshAt(94_999), page.isFreshAt(95_000)]).toEqual([true, false]);
  });

  test('that is due is refreshed by the timer, and not before', () => {
    const page = started({ isHidden: true });
    expect(wakeAtMs(page.state)).toBe(80_000);
    expect(page.take({ type: 'timer' }, 79_999)).toEqual([]);
    expect(page.take({ type: 'token-needed' }, 79_999)).toEqual([]);
    expect(isAskedFor(page.take({ type: 'timer' }, 80_000))).toEqual(['lock']);
    expect(page.take({ type: 'token-needed' }, 80_000)).toEqual([]);
  });

  test('that the server refuses is no good, unless there is a newer one', () => {
    const page = started();
    const tokenEndsAtMs = 100_000;
    page.take({ type: 'token-refused', tokenEndsAtMs: tokenEndsAtMs - 1 }, 10_000);
    expect(page.isFreshAt(10_000)).toBe(true);
    page.take({ type: 'token-refused', tokenEndsAtMs }, 10_000, { hint: hintOf(1, 9) });
    expect(page.isFreshAt(10_000)).toBe(true);
    page.take({ type: 'token-refused', tokenEndsAtMs: 109_000 }, 11_000);
    expect(page.isFreshAt(11_000)).toBe(false);
    expect(isAskedFor(page.take({ type: 'token-needed' }))).toEqual(['lock']);
  });

  test('that another tab has refreshed ends as much later as the server issued it later', () => {
    const page = started();
    expect(page.take(look, 30_000, { hint: hintOf(1, 25) })).toEqual([]);
    expect(page.snapshot).toMatchObject({ status: 'live', expiresInMs: 95_000, lifetimeMs: 100_000, refreshes: 1 });
    page.take(look, 40_000, { hint: hintOf(1, 36) });
    expect(page.snapshot).toMatchObject({ expiresInMs: 96_000, refreshes: 2 });
  });

  test('that another tab has got with a shorter life ends that much sooner', () => {
    const page = started();
    page.take(look, 30_000, { hint: `1.${ISSUED_AT_SECONDS + 25}.50` });
    expect(page.snapshot).toMatchObject({ expiresInMs: 45_000, lifetimeMs: 50_000 });
  });

  test('that seems to be issued later than now lives no longer for that', () => {
    const page = started();
    page.take(look, 30_000, { hint: hintOf(1, 60) });
    expect(page.snapshot.expiresInMs).toBe(100_000);
  });

  test('whose hint is the same, or gone, has not changed', () => {
    const page = started();
    for (const hint of [HINT, '']) {
      page.take(look, 30_000, { hint });
      expect(page.snapshot).toMatchObject({ expiresInMs: 100_000, refreshes: 0 });
    }
  });
});

describe('a refresh', () => {
  test('that succeeds gives a new token, and tells the other tabs', () => {
    const page = started();
    const effects = page.refresh({ expires_in: 100 }, 80_000, { hint: hintOf(1, 80) });
    expect(effects).toEqual([{ type: 'broadcast', message: 'look' }]);
    expect(page.snapshot).toMatchObject({ status: 'live', expiresInMs: 100_000, refreshes: 1, notice: null });
    expect(dueAtMs(page.state)).toBe(160_000);
  });

  test('that is refused revokes the session, and tells the other tabs', () => {
    const page = started();
    expect(page.refresh({ error: 'invalid_grant' }, 80_000)).toEqual([{ type: 'broadcast', message: 'over' }]);
    expect(page.snapshot).toMatchObject({ status: 'revoked', notice: null, user: ADA });
    expect(page.isFreshAt(80_000)).toBe(false);
    expect(page.take({ type: 'token-needed' }, 1_000_000)).toEqual([]);
  });

  test('is sent by one tab: another that waited for the lock meanwhile sends none, and is ready for the next', () => {
    const page = started();
    page.take({ type: 'token-needed' }, 80_000);
    expect(page.take({ type: 'locked', epoch: page.state.epoch }, 81_000, { hint: hintOf(1, 80) })).toEqual([]);
    expect(page.snapshot.refreshes).toBe(1);
    expect(isAskedFor(page.take({ type: 'token-needed' }, 160_000))).toEqual(['lock']);
  });

  test('begins no sooner than a second after another tab’s, or this tab’s own', () => {
    const refused = (page: Page) => page.take({ type: 'token-refused', tokenEndsAtMs: page.state.tokenEndsAtMs });
    const page = started();
    page.take({ type: 'token-needed' }, 80_000);
    page.take({ type: 'locked', epoch: page.state.epoch }, 80_000, { hint: hintOf(1, 80) });
    refused(page);
    expect(refreshAtMs(page.state)).toBe(81_000);
    page.refresh({ expires_in: 100 }, 81_000, { hint: hintOf(1, 81) });
    refused(page);
    expect(page.take({ type: 'token-needed' }, 81_999)).toEqual([]);
    expect(isAskedFor(page.take({ type: 'token-needed' }, 82_000))).toEqual(['lock']);
  });

  test('is dropped when somebody signs in or out, wherever it has got to', () => {
    const page = ended();
    const [lock] = page.take({ type: 'token-needed' });
    const epoch = lock?.type === 'lock' ? lock.epoch : -1;
    page.take({ type: 'message', message: 'in' });
    expect(page.take({ type: 'locked', epoch })).toEqual([]);
    expect(page.take({ type: 'answered', epoch, answer: { error: 'invalid_grant' } })).toEqual([]);
    expect(page.snapshot.status).toBe('live');
    // Nor does the late lock cut the pause short.
    expect(refreshAtMs(page.state)).toBe(5_000);
  });

  test('is not sent for another user, whose sign-in was seen while it waited', () => {
    const page = ended();
    page.take({ type: 'token-needed' });
    expect(page.take({ type: 'locked', epoch: page.state.epoch }, 100, { hint: hintOf(2, 1) })).toEqual([RELOAD]);
  });
});

describe('after a refresh that failed', () => {
  const pauses = (isHidden: boolean, random: number, times: number) => {
    const page = ended({ isHidden, random });
    return Array.from({ length: times }, () => {
      const atMs = Math.max(0, refreshAtMs(page.state));
      page.refresh({}, atMs);
      return refreshAtMs(page.state) - atMs;
    });
  };

  test('the pauses double, up to five seconds on a page that is looked at', () => {
    expect(pauses(false, 0, 6)).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  test('and up to half a minute on a hidden one', () => {
    expect(pauses(true, 0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test('chance shortens each pause, by half at most', () => {
    expect(pauses(false, 0.5, 3)).toEqual([375, 750, 1_500]);
    expect(pauses(false, 0.75, 3)).toEqual([312.5, 625, 1_250]);
  });

  test('a success makes the next pause short again', () => {
    const page = ended();
    for (let times = 0; times < 4; times += 1) page.refresh({}, Math.max(0, refreshAtMs(page.state)));
    page.refresh({ expires_in: 100 }, 20_000, { hint: hintOf(1, 20) });
    page.refresh({}, 110_000);
    expect(refreshAtMs(page.state)).toBe(110_500);
  });

  test.each([
    [7, 7_000],
    [0.1, 500],
    [300, 300_000],
    [301, 300_000],
    [Number.POSITIVE_INFINITY, 300_000],
    [Number.NaN, 500],
    [-7, 500],
    [undefined, 500],
  ])('with Retry-After %s the next one comes after %i ms', (retryAfterSeconds, waitMs) => {
    const page = ended();
    page.refresh({ error: 'unavailable', ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }, 1_000);
    expect(refreshAtMs(page.state)).toBe(1_000 + waitMs);
  });

  test('the page says why: the server is not reached, or there is no network', () => {
    const page = ended();
    page.refresh({}, 0);
    expect(page.snapshot).toMatchObject({ status: 'unknown', notice: 'unreachable' });
    page.refresh({}, 1_000, { isOnline: false });
    expect(page.snapshot).toMatchObject({ status: 'unknown', notice: 'offline' });
  });

  test('a success is said too, until the page next looks after its session', () => {
    const page = ended();
    page.refresh({}, 0);
    page.refresh({ expires_in: 100 }, 1_000, { hint: hintOf(1, 1) });
    expect(page.snapshot).toMatchObject({ status: 'live', notice: 'recovered' });
    page.take({ type: 'timer' }, 3_999);
    expect(page.snapshot.notice).toBe('recovered');
    page.take({ type: 'timer' }, 4_000);
    expect(page.snapshot.notice).toBeNull();
  });

  test('a page that is shown does not sit out the pause of a hidden one, unless the server asked for it', () => {
    for (const [retryAfterSeconds, retryAt] of [
      [0, 105_000],
      [60, 160_000],
    ] as const) {
      const page = ended({ isHidden: true });
      for (let times = 0; times < 7; times += 1) page.refresh({}, Math.max(0, refreshAtMs(page.state)));
      page.refresh({ retryAfterSeconds }, 100_000);
      page.take(changed, 100_000);
      expect(refreshAtMs(page.state)).toBe(retryAfterSeconds ? 160_000 : 130_000);
      page.take(changed, 100_000, { isHidden: false });
      expect(refreshAtMs(page.state)).toBe(retryAt);
    }
  });

  test('a pause that ends sooner stays as it is when the page is shown', () => {
    const page = ended();
    page.refresh({}, 1_000);
    page.take(changed, 1_000);
    expect(refreshAtMs(page.state)).toBe(1_500);
  });

  test('a page that is back online tries at once, also while it is hidden, unless the server asked for a pause', () => {
    for (const isHidden of [false, true]) {
      const page = ended({ isHidden, isOnline: false });
      page.refresh({}, 0);
      page.refresh({}, 1_000);
      expect(isAskedFor(page.take(changed, 1_100, { isOnline: true }))).toEqual(['lock']);
    }
    const asked = ended();
    asked.refresh({ retryAfterSeconds: 60 }, 0);
    asked.take(changed, 1_000, { isOnline: false });
    expect(asked.take(changed, 2_000, { isOnline: true })).toEqual([]);
    expect(refreshAtMs(asked.state)).toBe(60_000);
  });
});

describe('a visible page asks whether its session is still live', () => {
  test('every four seconds', () => {
    const page = started();
    expect(wakeAtMs(page.state)).toBe(4_000);
    expect(page.take({ type: 'timer' }, 3_999)).toEqual([]);
    expect(page.take({ type: 'timer' }, 4_000)).toEqual([{ type: 'check' }]);
    expect(wakeAtMs(page.state)).toBe(8_000);
  });

  test('when it is shown, but not within five seconds of the last time', () => {
    const page = started({ isHidden: true });
    expect(page.take(changed, 4_999, { isHidden: false })).toEqual([]);
    expect(wakeAtMs(page.state)).toBe(5_000);
    expect(page.take(changed, 5_000)).toEqual([{ type: 'check' }]);
    expect(page.take(changed, 9_999)).toEqual([]);
    expect(page.take(changed, 10_000)).toEqual([{ type: 'check' }]);
  });

  test('also while it waits for a refresh, but not while one is due', () => {
    const page = started();
    expect(isAskedFor(page.take({ type: 'timer' }, 80_000))).toEqual(['lock']);
    expect(wakeAtMs(page.state)).toBe(84_000);
    expect(page.take({ type: 'timer' }, 84_000)).toEqual([]);
  });

  test('and neither a hidden page nor one that is left does', () => {
    expect(wakeAtMs(started({ isHidden: true }).state)).toBe(80_000);
    const page = started();
    page.take({ type: 'page-left', url: '/login' });
    expect(wakeAtMs(page.state)).toBe(NEVER_MS);
    expect(page.take({ type: 'timer' }, 90_000)).toEqual([]);
  });

  test('and no signed-out page does', () => {
    const page = signedOut();
    expect(page.take({ type: 'timer' }, 90_000)).toEqual([]);
    expect(page.take(changed, 90_000)).toEqual([]);
  });
});

describe('the network', () => {
  test('that is lost is said, and so is its return', () => {
    const page = started();
    page.take(changed, 100, { isOnline: false });
    expect(page.snapshot).toMatchObject({ status: 'live', notice: 'offline' });
    page.take(changed, 200);
    expect(page.snapshot.notice).toBe('offline');
    page.take(changed, 300, { isOnline: true });
    expect(page.snapshot.notice).toBe('recovered');
  });

  test('that never went says nothing, and does not hide that the server is not reached', () => {
    const live = started();
    live.take(changed, 100);
    expect(live.snapshot.notice).toBeNull();
    const page = ended();
    page.refresh({}, 0);
    page.take(changed, 100);
    expect(page.snapshot.notice).toBe('unreachable');
  });

  test.each([
    ['a page that the framework could not fetch', true, false, 'unreachable'],
    ['the same without a network', false, false, 'offline'],
    ['a page that it has fetched', true, true, 'recovered'],
  ] as const)('%s is said', (_what, isOnline, isReached, notice) => {
    const page = started();
    expect(page.take({ type: 'navigated', isReached }, 100, { isOnline })).toEqual([]);
    expect(page.snapshot).toMatchObject({ status: 'live', notice });
  });

  test('that brings a page does not mean that the session can be refreshed', () => {
    const page = ended();
    page.refresh({}, 0);
    page.take({ type: 'navigated', isReached: true });
    expect(page.snapshot).toMatchObject({ status: 'unknown', notice: 'unreachable' });
  });
});

describe('another tab', () => {
  test.each([
    ['in', 'in'],
    ['out', 'stop'],
  ] as const)(
    'that begins to sign %s stops refreshes for five seconds, and shortens no longer pause',
    (_inOrOut, message) => {
      const page = ended();
      expect(page.take({ type: 'message', message }, 1_000)).toEqual([]);
      expect(refreshAtMs(page.state)).toBe(6_000);
      expect(page.snapshot.status).toBe('live');
      page.refresh({ retryAfterSeconds: 60 }, 6_000);
      page.take({ type: 'message', message }, 7_000);
      expect(refreshAtMs(page.state)).toBe(66_000);
    },
  );

  test('that has signed out takes this one to the form', () => {
    const page = started();
    expect(page.take({ type: 'message', message: 'out' })).toEqual([{ type: 'navigate', url: '/login' }]);
    expect(page.take({ type: 'token-needed' }, 90_000)).toEqual([]);
    expect(page.take(look, 90_000, { hint: hintOf(2, 80) })).toEqual([]);
  });

  test('that has found the session revoked is believed where no hint says otherwise', () => {
    const page = started();
    expect(page.take({ type: 'message', message: 'over' })).toEqual([]);
    expect(page.snapshot.status).toBe('live');
    expect(page.take({ type: 'message', message: 'over' }, 100, { hint: '' })).toEqual([]);
    expect(page.snapshot.status).toBe('revoked');
    expect(page.isFreshAt(100)).toBe(false);
    // The hint that comes back is that of a sign-in.
    page.take(look, 200, { hint: HINT });
    expect(page.snapshot.status).toBe('live');
  });

  test('that has signed in another user has this one drawn again', () => {
    for (const userId of [2, 11]) expect(started().take(look, 100, { hint: hintOf(userId, 1) })).toEqual([RELOAD]);
    expect(signedOut().take(look, 100, { hint: HINT })).toEqual([RELOAD]);
  });

  test('says nothing else to a signed-out page', () => {
    for (const message of ['in', 'stop', 'out', 'over'] as const) {
      const page = signedOut();
      expect(page.take({ type: 'message', message })).toEqual([]);
      expect(page.snapshot).toEqual(INITIAL_STATE.snapshot);
      expect(refreshAtMs(page.state)).toBe(0);
    }
  });
});

describe('signing in and out', () => {
  test('is told to the other tabs, and stops the refreshes of this one', () => {
    const page = ended();
    expect(page.take({ type: 'signing-in' }, 1_000)).toEqual([{ type: 'broadcast', message: 'in' }]);
    expect(refreshAtMs(page.state)).toBe(6_000);
    expect(page.take({ type: 'signing-out' }, 2_000)).toEqual([{ type: 'broadcast', message: 'stop' }]);
    expect(wakeAtMs(page.state)).toBe(2_000 + NEVER_MS);
    expect(page.take({ type: 'signed-out' })).toEqual([{ type: 'broadcast', message: 'out' }]);
  });

  test('as the same user makes a revoked session live again', () => {
    const page = started();
    page.refresh({ error: 'invalid_grant' }, 80_000, { hint: '' });
    const effects = page.take({ type: 'signed-in', user: ADA, expires_in: 100 }, 90_000, { hint: hintOf(1, 90) });
    expect(effects).toEqual([{ type: 'broadcast', message: 'look' }]);
    expect(page.snapshot).toMatchObject({ status: 'live', expiresInMs: 100_000 });
  });

  test('as another user, or as nobody knows who, draws the page again', () => {
    const signedIn = { type: 'signed-in', expires_in: 100 } as const;
    expect(started().take({ ...signedIn, user: { id: 2, name: 'ben' } })).toEqual([RELOAD]);
    expect(started().take(signedIn)).toEqual([RELOAD]);
  });

  test('on a signed-out page is left to its own form', () => {
    const effects = signedOut().take({ type: 'signed-in', user: ADA, expires_in: 100 });
    expect(effects).toEqual([{ type: 'broadcast', message: 'look' }]);
  });
});

describe('a page from the back/forward cache', () => {
  const shown: SessionEvent = { type: 'page-changed', persisted: true };

  test('goes on for its own user, with a newer token too', () => {
    const page = started();
    expect(page.take(shown, 100)).toEqual([]);
    expect(page.take(shown, 200, { hint: hintOf(1, 1) })).toEqual([]);
    expect(page.snapshot.refreshes).toBe(1);
  });

  test.each([
    ['nobody', ''],
    ['another user', hintOf(2)],
    ['a user whose number begins like theirs', hintOf(11)],
  ])('is drawn again for %s', (_who, hint) => {
    expect(started().take(shown, 100, { hint })).toEqual([RELOAD]);
  });

  test('is drawn again if it was left', () => {
    const page = started();
    page.take({ type: 'page-left', url: '/login' });
    expect(page.take(shown)).toEqual([RELOAD]);
  });
});

test('a page that is left goes where it is told, or is loaded again', () => {
  expect(started().take({ type: 'page-left', url: '/login' })).toEqual([{ type: 'navigate', url: '/login' }]);
  expect(started().take({ type: 'page-left' })).toEqual([RELOAD]);
});
