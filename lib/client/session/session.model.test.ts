/** Throws everything at several tabs at once, in any order, and checks what must hold whatever happens. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulate, type TestTab } from './test-browser.ts';
import type { TestAnswer, TestRequest } from './test-server.ts';

const RUNS = 600;
const STEPS_MIN = 100_000;
/** Ten times what it takes on a quiet machine. */
const TIME_LIMIT_MS = 300_000;
const TABS_MAX = 4;
/** Time for everything that waits or retries to come to an end, once nothing fails any more. */
const CALM_MS = 120_000;
/** Every page hears of a session's end in less. */
const HEARD_OF_MS = 30_000;

type Command = readonly [name: string, choice: number];
interface Run {
  seed: number;
  locks: 'working' | 'missing' | 'held by a stranger';
  commands: Command[];
}

/** The longest that an answer is on its way here. */
const ON_ITS_WAY_MS = 2_100;

/** What people and pages do. */
const ORDINARY = ['place', 'read', 'look', 'navigate', 'prefetch', 'show', 'open', 'close', 'wait'];
/** What goes wrong around them. */
const TROUBLE = [
  'place',
  'place',
  'read',
  'navigate',
  'show',
  'open',
  'close',
  'wait',
  'reload',
  'sign out',
  'sign in',
  'sign in',
  'give up',
  'end session',
  'drop cookie',
  'abort',
  'fail',
  'fail',
  'lose',
  'offline',
  'sleep',
  'jump',
];

function runs(names: string[], locks: Run['locks'][]): fc.Arbitrary<Run> {
  return fc.record({
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    locks: fc.constantFrom(...locks),
    commands: fc.array(fc.tuple(fc.constantFrom(...names), fc.nat({ max: 999 })), {
      minLength: 1,
      maxLength: 120,
      size: 'max',
    }),
  });
}

/** A failure prints its seed and path; `MODEL_SEED` and `MODEL_PATH` run exactly that one again. */
function parameters(numRuns: number): fc.Parameters<[Run]> {
  const { MODEL_SEED, MODEL_PATH } = process.env;
  return {
    numRuns,
    // Finding a shorter case can take long; then the shortest so far is shown.
    interruptAfterTimeLimit: TIME_LIMIT_MS / 2,
    markInterruptAsFailure: true,
    ...(MODEL_SEED && { seed: Number(MODEL_SEED) }),
    ...(MODEL_PATH && { path: MODEL_PATH, endOnFailure: true }),
  };
}

/** Small and good enough; the same numbers for the same seed (xorshift32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

interface Sent {
  tab: TestTab;
  page: number;
  isSettled: boolean;
}

class Model {
  readonly simulation = simulate();
  readonly random: () => number;
  readonly #sent: Sent[] = [];
  readonly #aborts: AbortController[] = [];
  /** For each tab's page, when its session was last not revoked. */
  readonly #notRevokedAt = new Map<TestTab, { page: number; atMs: number }>();
  #refusedAtMs = 0;
  /** The session that a sign-in has brought, as long as nobody has ended it. */
  #expected: number | undefined;
  /** How often somebody has begun to sign in, sign out or end a session. */
  #changes = 0;
  #signIns = 0;
  /** The sessions that people have signed out of, and how many times somebody had signed in by then. */
  readonly #signedOut: { sessionId: number; signIns: number }[] = [];
  #bodies = 0;

  constructor({ seed }: Run) {
    const { browser, server } = this.simulation;
    this.random = randomOf(seed);
    browser.random = this.random;
    browser.messageDelayMs = () => this.random() * 50;
    server.refreshLifetimeMs = 400_000;
    const answer = server.answer.bind(server);
    server.answer = (request) => {
      const given = answer(request);
      if (given.status === 403) this.#refusedAtMs = this.simulation.clock.monotonicMs;
      return given;
    };
  }

  async begin({ locks }: Run): Promise<void> {
    await this.simulation.signIn('ada');
    this.#expect();
    this.simulation.browser.locks = locks;
    this.simulation.browser.tabs[0]?.load();
    this.simulation.browser.network.delayMs = () => 1 + this.random() * 200;
  }

  async run([name, choice]: Command): Promise<void> {
    const { browser, clock } = this.simulation;
    const tab = browser.tabs[choice % browser.tabs.length];
    if (!tab) throw new Error('There is always a tab.');
    this.#watch();
    if (tab.hasPage || name === 'offline') this.#do(name, tab, Math.floor(choice / 4));
    await clock.pass(name === 'wait' ? this.random() * 20_000 : this.random() ** 3 * 2_000);
    this.#watch();
    this.#checkAlways();
  }

  #do(name: string, tab: TestTab, choice: number): void {
    const { browser, clock, server } = this.simulation;
    const status = tab.hasPage && tab.session.getSnapshot().status;
    if (name === 'place') this.#place(tab);
    if (name === 'read') this.#send(tab, '/api/order', {});
    if (name === 'look') this.#send(tab, '/api/order', { background: true });
    if (name === 'navigate') this.#framework(tab, { rsc: '1' });
    if (name === 'prefetch') this.#framework(tab, { 'next-router-prefetch': '1' });
    if (name === 'show') tab.setVisible(choice % 2 === 0);
    if (name === 'open' && browser.tabs.length < TABS_MAX) browser.open();
    // A tab that is closed while it refreshes takes the answer with it.
    if (name === 'close' && browser.tabs.length > 1 && browser.lockHolder !== tab) tab.close();
    if (name === 'reload') tab.load();
    // Nobody can in a page that is hidden since it is signing out.
    if (name === 'sign in' && !tab.isConcealed && (status === 'revoked' || !tab.user)) this.#signIn(tab, choice);
    if (name === 'give up' && status === 'revoked') tab.session.giveUp();
    if (name === 'abort') this.#aborts.pop()?.abort();
    if (name === 'drop cookie') browser.jar.access = undefined;
    if (name === 'fail') server.fault = faults(choice, this.random);
    if (name === 'lose') this.#lose(choice);
    if (name === 'offline') browser.setOnline(choice % 2 === 0);
    if (name === 'sleep') browser.sleep(this.random() * 30_000);
    if (name === 'jump') clock.wallErrorMs += (choice % 2 ? 1 : -1) * this.random() * 10_000_000;
    if (name === 'end session') this.#end(() => server.end(browser.jar.refresh?.sessionId));
    if (name === 'sign out' && tab.user) this.#end(() => this.#signOut(tab));
  }

  #signOut(tab: TestTab): void {
    const sessionId = this.simulation.browser.jar.refresh?.sessionId;
    if (sessionId) this.#signedOut.push({ sessionId, signIns: this.#signIns });
    void tab.bundle.signOut();
  }

  #end(how: () => unknown): void {
    this.#expected = undefined;
    this.#changes += 1;
    how();
  }

  #place(tab: TestTab): void {
    this.#bodies += 1;
    const abort = new AbortController();
    if (this.random() < 0.2) this.#aborts.push(abort);
    this.#send(tab, '/api/order', { method: 'POST', body: `order ${this.#bodies}`, signal: abort.signal });
  }

  /** Every answer belongs to the user whom the page shows. */
  #send(tab: TestTab, path: string, init: RequestInit & { background?: boolean }): void {
    const drawnFor = tab.user;
    const sent = { tab, page: tab.page, isSettled: false };
    this.#sent.push(sent);
    const settle = () => {
      sent.isSettled = true;
    };
    tab.session
      .fetch(path, init)
      .then(async (response) => {
        const { userId } = await response.json().catch(() => ({ userId: undefined }));
        if (response.status === 200 && drawnFor && tab.page === sent.page) expect(userId).toBe(drawnFor.id);
      })
      .then(settle, (error: Error) => {
        settle();
        if (error.name === 'AssertionError') this.problem = error;
      });
  }

  problem: Error | undefined;

  #framework(tab: TestTab, headers: Record<string, string>): void {
    const sent = { tab, page: tab.page, isSettled: false };
    this.#sent.push(sent);
    const settle = () => {
      sent.isSettled = true;
    };
    tab.window.fetch?.('/order', { headers }).then(settle, settle);
  }

  #signIn(tab: TestTab, choice: number): void {
    this.#expected = undefined;
    this.#changes += 1;
    const changes = this.#changes;
    const name = choice % 4 === 0 ? 'ben' : 'ada';
    tab.session.signIn(name, choice % 7 === 0 ? 'wrong' : 'right').then(({ user }) => {
      if (!user) return;
      this.#signIns += 1;
      if (changes === this.#changes) this.#expect();
      // The form on a signed-out page leads on to where its visitor was going.
      if (!tab.user) tab.load();
    });
  }

  #expect(): void {
    this.#expected = this.simulation.browser.jar.refresh?.sessionId;
  }

  #lose(choice: number): void {
    const { network } = this.simulation.browser;
    const share = choice % 3 === 0 ? 0 : 0.4;
    const slowMs = choice % 5 === 0 ? 2_000 : 200;
    network.delayMs = () => 1 + this.random() * slowMs;
    network.fate = () => {
      const chance = this.random();
      return chance > share ? 'ok' : chance > share / 2 ? 'request lost' : 'answer lost';
    };
  }

  /** Only the refresh endpoint's word ends a session: since the page was last live it must have been said. */
  #watch(): void {
    const { browser, clock } = this.simulation;
    for (const tab of browser.tabs) {
      if (!tab.hasPage) continue;
      const { status } = tab.session.getSnapshot();
      const last = this.#notRevokedAt.get(tab);
      if (status !== 'revoked') this.#notRevokedAt.set(tab, { page: tab.page, atMs: clock.monotonicMs });
      else if (last?.page === tab.page) expect(this.#refusedAtMs).toBeGreaterThan(last.atMs - ON_ITS_WAY_MS);
    }
  }

  #checkAlways(): void {
    const { browser, server } = this.simulation;
    if (this.problem) throw this.problem;
    const bodies = [...server.effects.values()].flat();
    expect(new Set(bodies).size).toBe(bodies.length);
    for (const took of server.effects.values()) expect(took).toHaveLength(1);
    if (this.#expected !== undefined && browser.locks === 'working') this.#checkSignInIsKept(this.#expected);
  }

  /** No late answer of an earlier session takes a new one away. */
  #checkSignInIsKept(sessionId: number): void {
    const { browser, server, clock } = this.simulation;
    const session = server.sessions.find(({ id }) => id === sessionId);
    if (session && session.endsAtMs <= clock.serverMs) this.#expected = undefined;
    else expect(browser.jar.refresh?.sessionId).toBe(sessionId);
  }

  /** Nothing fails any more: everything comes to an end, and every page tells the truth. */
  async end(): Promise<void> {
    const { browser, clock, server } = this.simulation;
    server.fault = undefined;
    browser.network = { delayMs: () => 10, fate: () => 'ok' };
    browser.setOnline(true);
    await clock.pass(CALM_MS);
    // Takes up what a page that was closed has left undone.
    if (browser.open().user) await clock.pass(CALM_MS);
    // The pages need a moment to hear of a session that has just reached its own end.
    const hasJustEnded = server.sessions.some(({ endsAtMs }) => Math.abs(clock.serverMs - endsAtMs) < HEARD_OF_MS);
    if (hasJustEnded) await clock.pass(2 * HEARD_OF_MS);
    this.#watch();
    this.#checkAlways();
    for (const { tab, page, isSettled } of this.#sent) {
      const mayWait = tab.page !== page || tab.session.getSnapshot().status === 'revoked';
      expect(isSettled || mayWait).toBe(true);
    }
    // Also if another page has refreshed the session meanwhile, and if the page was closed.
    for (const { sessionId, signIns } of this.#signedOut)
      if (signIns === this.#signIns) expect(server.isLive({ refresh: { sessionId } })).toBe(false);
    const { refresh } = browser.jar;
    const session = server.isLive(browser.jar) && server.sessions.find(({ id }) => id === refresh?.sessionId);
    if (!session) expect(browser.jar.refresh ?? browser.jar.hint).toBeUndefined();
    for (const tab of browser.tabs) this.#checkTruth(tab, session ? session.userId : undefined);
  }

  #checkTruth(tab: TestTab, userId: number | undefined): void {
    const { status, notice } = tab.session.getSnapshot();
    if (!tab.user) return;
    expect(status).toBe(tab.user.id === userId ? 'live' : 'revoked');
    // Nobody sees it, and it goes when somebody does.
    if (tab.isVisible) expect(notice).toBeNull();
  }
}

function faults(choice: number, random: () => number): ((request: TestRequest) => TestAnswer | undefined) | undefined {
  const status = [0, 503, 429, 500][choice % 4] ?? 0;
  if (!status) return undefined;
  const headers: Record<string, string> = random() < 0.5 ? { 'Retry-After': String(Math.ceil(random() * 5)) } : {};
  const answer = { status, body: { error: 'unavailable', message: '' }, headers };
  return ({ path }) => (choice % 3 === 0 || path === '/api/refresh_token' ? answer : undefined);
}

async function play(run: Run): Promise<Model> {
  const model = new Model(run);
  await model.begin(run);
  for (const command of run.commands) await model.run(command);
  await model.end();
  return model;
}

test(
  'whatever fails, nothing is done twice, lost, shown to another or waited for without end',
  async () => {
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(runs(TROUBLE, ['working', 'working', 'missing', 'held by a stranger']), async (run) => {
        const { simulation } = await play(run);
        steps += simulation.clock.steps + run.commands.length;
      }),
      parameters(RUNS),
    );
    if (!process.env.MODEL_PATH) expect(steps).toBeGreaterThan(STEPS_MIN);
  },
  TIME_LIMIT_MS,
);

test(
  'when nothing fails, there is one refresh per lifetime, and no refusal',
  async () => {
    await fc.assert(
      fc.asyncProperty(runs(ORDINARY, ['working']), async (run) => {
        const { simulation } = await play(run);
        const { server } = simulation;
        for (const leftMs of server.leftAtRefreshMs) expect(leftMs).toBeLessThan(server.accessLifetimeMs * 0.3);
        for (const leftMs of server.leftAtRefreshMs) expect(leftMs).toBeGreaterThan(0);
      }),
      parameters(RUNS / 4),
    );
  },
  TIME_LIMIT_MS,
);
