/** A browser made of nothing but its rules: cookies, tabs, locks and channels, running the very bundle that is shipped. */
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { nonce } from './proof-nonce.ts';
import type { session } from './session.ts';
import { VirtualClock } from './test-clock.ts';
import { type Jar, type TestRequest, TestServer } from './test-server.ts';

export const ORIGIN = 'https://tandem.test';

const { outputFiles } = buildSync({
  stdin: {
    contents:
      "export { installFetchGate, session } from './session.ts'; export { nonce } from './proof-nonce.ts'; export * from '../drafts/draft.ts'; export * from '../resilience/pending-sign-out.ts';",
    resolveDir: fileURLToPath(new URL('.', import.meta.url)),
  },
  bundle: true,
  format: 'iife',
  globalName: 'tandem',
  write: false,
});
const BUNDLE = `${outputFiles[0]?.text}; return tandem;`;

/** A browser, its server and their time. */
export function simulate() {
  const clock = new VirtualClock();
  const server = new TestServer(clock);
  const browser = new TestBrowser(clock, server);

  /** The first tab of a signed-in browser; what it took to get there is not counted. */
  async function signIn(name = 'ada'): Promise<TestTab> {
    const tab = browser.open();
    tab.session.signIn(name, 'right');
    await clock.pass(100);
    tab.load();
    await clock.pass(100);
    server.requests.length = 0;
    return tab;
  }

  return { clock, server, browser, signIn, puts: () => server.count('PUT', '/api/refresh_token') };
}

/** Places an order: the status of the answer, or the name of the error. */
export function place(tab: TestTab, signal: AbortSignal | null = null): Promise<number | string> {
  return tab.session.fetch('/api/order', { method: 'POST', body: 'order', signal }).then(
    (response) => response.status,
    (error: Error) => error.name,
  );
}

interface Bundle {
  session: typeof session;
  nonce: typeof nonce;
  installFetchGate: () => void;
  signOut: () => Promise<void>;
  resumeSignOuts: () => void;
  saveDraft: (userId: number, draft: unknown) => void;
  readDraft: (userId: number) => unknown;
}

export interface Network {
  /** How long a request, or an answer, is on its way. */
  delayMs(request: { method: string; path: string }): number;
  /** What becomes of it. */
  fate(request: { method: string; path: string }): 'ok' | 'request lost' | 'answer lost';
}

/** Fired at the document, so that of the window's listeners only those that capture hear it. */
const NOT_BUBBLING = ['resume'];

type Locks = 'working' | 'missing' | 'held by a stranger';

export class TestBrowser {
  readonly clock: VirtualClock;
  readonly server: TestServer;
  jar: Jar = {};
  tabs: TestTab[] = [];
  isOnline = true;
  locks: Locks = 'working';
  /** `oldest`: none of the interfaces that the oldest supported browsers lack, and no channel between tabs. */
  interfaces: 'newest' | 'oldest' = 'newest';
  random: () => number = () => 0.5;
  network: Network = { delayMs: () => 10, fate: () => 'ok' };
  /** How long a message between tabs is on its way. */
  messageDelayMs: () => number = () => 1;
  storage: Record<string, string> = {};
  lockHolder: TestTab | 'stranger' | undefined;
  lockQueue: { tab: TestTab; grant: () => void }[] = [];
  #keys = 0;

  constructor(clock: VirtualClock, server: TestServer) {
    this.clock = clock;
    this.server = server;
  }

  /** A tab whose page the server draws for the user of the cookies, refreshing first where it has to. */
  open(): TestTab {
    const tab = new TestTab(this);
    this.tabs.push(tab);
    tab.load();
    return tab;
  }

  newKey(): string {
    this.#keys += 1;
    return `key-${this.#keys}`;
  }

  setOnline(isOnline: boolean): void {
    this.isOnline = isOnline;
    for (const tab of this.tabs) {
      tab.dispatch(isOnline ? 'online' : 'offline');
      if (isOnline && !tab.hasPage) tab.load();
    }
  }

  sleep(ms: number): void {
    this.clock.sleptMs += ms;
  }

  cookies(): string {
    const { hint, signOut } = this.jar;
    const isKept = (cookie?: { endsAtMs: number }) => cookie && cookie.endsAtMs > this.clock.serverMs;
    const cookies = ['other=1'];
    if (isKept(hint)) cookies.push(`__Host-session_hint=${hint?.value}`);
    if (isKept(signOut)) cookies.push(`__Host-sign_out=${signOut?.value}`);
    return cookies.join('; ');
  }

  releaseLock(): void {
    const next = this.lockQueue.shift();
    this.lockHolder = next?.tab;
    next?.grant();
  }
}

export class TestTab {
  readonly browser: TestBrowser;
  /** Whom the page is drawn for. */
  user: { id: number; name: string } | null = null;
  isVisible = true;
  /** Where the page went when it was left; it is drawn again there unless the tab was closed. */
  readonly history: string[] = [];
  href = `${ORIGIN}/order?status=paid#top`;
  /** Counts pages: what an earlier one has left behind is dead. */
  page = 0;
  /** As the framework does when it leaves for a page without a session. */
  stop: () => void = () => {};
  #bundle: Bundle | undefined;
  #aborts = new Set<AbortController>();
  #timers = new Set<number>();
  #listeners = new Map<string, Set<(event: unknown) => void>>();
  #receive: ((event: { data: unknown }) => void) | undefined;
  #body = { hidden: false };
  /** The page's own `fetch`, as the framework calls it: with the gate before it. */
  window: { fetch?: typeof fetch } = {};

  constructor(browser: TestBrowser) {
    this.browser = browser;
  }

  get session(): Bundle['session'] {
    return this.bundle.session;
  }

  get bundle(): Bundle {
    if (!this.#bundle) throw new Error('No page is open in this tab.');
    return this.#bundle;
  }

  get isConcealed(): boolean {
    return this.#body.hidden;
  }

  /** Asks the server for the page, and runs it. */
  load(): void {
    const { server, jar } = this.browser;
    if (!server.findUser(jar) && jar.refresh) server.refresh(jar).setCookies?.(jar);
    const drawn = server.findUser(jar);
    this.unload();
    this.user = drawn?.user ?? null;
    this.#body = { hidden: false };
    this.#bundle = this.#run();
    this.#bundle.installFetchGate();
    this.stop = this.#bundle.session.start({
      user: this.user,
      ...(drawn && { expiresInSeconds: drawn.expiresInSeconds }),
    });
    this.#bundle.resumeSignOuts();
  }

  /** False while the browser shows an error page of its own instead, which it leaves as soon as it is online. */
  get hasPage(): boolean {
    return this.#bundle !== undefined;
  }

  /** Its requests are cancelled, its lock is free, its timers are gone. */
  unload(): void {
    this.page += 1;
    this.#bundle = undefined;
    this.user = null;
    this.#receive = undefined;
    this.#listeners.clear();
    for (const timer of this.#timers) this.browser.clock.cancel(timer);
    for (const abort of this.#aborts) abort.abort();
    this.#aborts.clear();
    this.browser.lockQueue = this.browser.lockQueue.filter(({ tab }) => tab !== this);
    if (this.browser.lockHolder === this) this.browser.releaseLock();
  }

  close(): void {
    this.unload();
    this.browser.tabs = this.browser.tabs.filter((tab) => tab !== this);
  }

  dispatch(type: string, details = {}): void {
    const keys = [listenerKey(type, true), ...(NOT_BUBBLING.includes(type) ? [] : [listenerKey(type)])];
    for (const key of keys)
      for (const listener of [...(this.#listeners.get(key) ?? [])]) listener({ type, ...details });
  }

  setVisible(isVisible: boolean): void {
    this.isVisible = isVisible;
    this.dispatch('visibilitychange');
  }

  receive(data: unknown): void {
    this.#receive?.({ data });
  }

  #go(url: string): void {
    this.history.push(url);
    const page = this.page;
    this.browser.clock.after(5, () => {
      if (page !== this.page) return;
      if (this.browser.isOnline) this.load();
      else this.unload();
    });
  }

  #run(): Bundle {
    const { browser } = this;
    const { clock } = browser;
    const tab = this;
    const { page } = this;
    // Nothing of a page runs once it has been left: what it waits for never comes.
    const whileOpen = <T>(begin: () => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        if (page !== this.page) return;
        begin().then(
          (value) => page === this.page && resolve(value),
          (error) => page === this.page && reject(error),
        );
      });
    const setTimeout = (run: () => void, delayMs: number) => {
      const timer = clock.after(delayMs, () => page === this.page && run());
      this.#timers.add(timer);
      return timer;
    };
    const fetch = (input: RequestInfo | URL, init?: RequestInit) => whileOpen(() => this.#fetch(input, init));
    const request = (_name: string, options: { signal: AbortSignal }, task: () => Promise<unknown>) =>
      whileOpen(() => this.#requestLock(options, task));
    this.window = { fetch };
    const globals: Record<string, unknown> = {
      globalThis: { fetch, window: this.window },
      window: Object.assign(this.window, { setTimeout }),
      setTimeout,
      clearTimeout: (timer: number | undefined) => clock.cancel(timer),
      performance: { now: () => clock.monotonicMs },
      Date: { now: () => clock.wallMs },
      Math: Object.assign(Object.create(Math), { random: () => browser.random() }),
      document: {
        get cookie() {
          return browser.cookies();
        },
        set cookie(text: string) {
          const [, value, maxAgeSeconds] = /^__Host-sign_out=(\S+);.* Max-Age=(\d+)/.exec(text) ?? [];
          if (value) browser.jar.signOut = { value, endsAtMs: clock.serverMs + Number(maxAgeSeconds) * 1_000 };
        },
        get hidden() {
          return !tab.isVisible;
        },
        body: this.#body,
      },
      navigator: {
        get onLine() {
          return browser.isOnline;
        },
        locks: browser.locks === 'missing' ? undefined : { request },
      },
      location: {
        href: this.href,
        origin: ORIGIN,
        protocol: 'https:',
        replace: (url: string) => this.#go(url),
        reload: () => this.#go('reload'),
      },
      addEventListener: (type: string, listener: (event: unknown) => void, captures?: boolean) => {
        const key = listenerKey(type, captures);
        this.#listeners.set(key, (this.#listeners.get(key) ?? new Set()).add(listener));
      },
      removeEventListener: (type: string, listener: (event: unknown) => void, captures?: boolean) => {
        this.#listeners.get(listenerKey(type, captures))?.delete(listener);
      },
      BroadcastChannel: browser.interfaces === 'newest' ? this.#channelClass() : undefined,
      localStorage: storageOf(browser.storage),
      crypto: { randomUUID: () => browser.newKey() },
      AbortSignal: {
        any: browser.interfaces === 'newest' ? AbortSignal.any.bind(AbortSignal) : undefined,
        timeout: (ms: number) => this.#timeout(ms),
      },
      Request: PageRequest,
    };
    return new Function(...Object.keys(globals), BUNDLE)(...Object.values(globals));
  }

  #timeout(ms: number): AbortSignal {
    const abort = new AbortController();
    const timer = this.browser.clock.after(ms, () => abort.abort(new DOMException('Timed out.', 'TimeoutError')));
    this.#timers.add(timer);
    return abort.signal;
  }

  #channelClass() {
    const tab = this;
    return class {
      set onmessage(receive: (event: { data: unknown }) => void) {
        tab.#receive = receive;
      }
      postMessage(data: unknown): void {
        for (const other of tab.browser.tabs) {
          if (other === tab) continue;
          const page = other.page;
          tab.browser.clock.after(tab.browser.messageDelayMs(), () => page === other.page && other.receive(data));
        }
      }
    };
  }

  async #requestLock({ signal }: { signal: AbortSignal }, task: () => Promise<unknown>) {
    const { browser } = this;
    if (browser.locks === 'held by a stranger') browser.lockHolder = 'stranger';
    if (browser.lockHolder) {
      await new Promise<void>((resolve, reject) => {
        const waiting = { tab: this, grant: resolve };
        browser.lockQueue.push(waiting);
        signal.addEventListener('abort', () => {
          browser.lockQueue = browser.lockQueue.filter((queued) => queued !== waiting);
          reject(signal.reason);
        });
      });
    }
    const page = this.page;
    browser.lockHolder = this;
    try {
      return await task();
    } finally {
      if (page === this.page && browser.lockHolder === this) browser.releaseLock();
    }
  }

  async #fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new PageRequest(input, init);
    const closing = new AbortController();
    this.#aborts.add(closing);
    const signal = AbortSignal.any([request.signal, closing.signal]);
    signal.throwIfAborted();
    const { method, headers } = request;
    const path = new URL(request.url).pathname;
    const jar = { ...this.browser.jar };
    const body = await this.browser.clock.hold(request.text());
    try {
      return await this.#exchange({ method, path, headers, body, jar }, signal);
    } finally {
      this.#aborts.delete(closing);
    }
  }

  #exchange(request: TestRequest, signal: AbortSignal): Promise<Response> {
    const { browser } = this;
    const { clock, network, server } = browser;
    const fate = browser.isOnline ? network.fate(request) : 'request lost';
    return new Promise((resolve, reject) => {
      const lose = () => reject(new TypeError('Failed to fetch'));
      const giveUp = () => reject(signal.reason);
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp);
      clock.after(network.delayMs(request), () => {
        if (fate === 'request lost') return lose();
        const { status, body, headers, setCookies } = server.answer(request);
        clock.after(network.delayMs(request), () => {
          if (fate === 'answer lost') return lose();
          if (signal.aborted) return;
          setCookies?.(browser.jar);
          const sent = body === null || body instanceof ReadableStream ? body : JSON.stringify(body);
          resolve(new Response(sent, { status, headers: headers ?? {} }));
        });
      });
    });
  }
}

/** A listener is removed only as it was added. */
function listenerKey(type: string, captures = false): string {
  return captures ? `${type}, capturing` : type;
}

/** Takes relative addresses, as in a page. */
class PageRequest extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(typeof input === 'string' ? new URL(input, ORIGIN) : input, init);
  }
}

function storageOf(items: Record<string, string>): Record<string, string> {
  const methods = {
    getItem: (key: string) => items[key] ?? null,
    setItem: (key: string, value: string) => {
      items[key] = value;
    },
    removeItem: (key: string) => {
      delete items[key];
    },
  };
  return new Proxy(items, {
    get: (target, key) => Reflect.get(methods, key) ?? Reflect.get(target, key),
  });
}
