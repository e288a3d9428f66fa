/** A small server that keeps the contract's rules of tokens and sessions, for tests of the browser's part. */
import type { VirtualClock } from './test-clock.ts';

export interface Jar {
  access?: { sessionId: number; userId: number; endsAtMs: number } | undefined;
  refresh?: { sessionId: number } | undefined;
  hint?: { value: string; endsAtMs: number } | undefined;
  signOut?: { value: string; endsAtMs: number } | undefined;
}

interface TestSession {
  id: number;
  userId: number;
  endsAtMs: number;
  isEnded: boolean;
  accessEndsAtMs: number;
}

export interface TestRequest {
  method: string;
  path: string;
  headers: Headers;
  body: string;
  /** The cookies that went with it. */
  jar: Jar;
}

export interface TestAnswer {
  status: number;
  /** A stream, or what becomes JSON; nothing if null. */
  body: unknown;
  headers?: Record<string, string>;
  /** What the answer does to the browser's cookies. */
  setCookies?: (jar: Jar) => void;
}

export const USERS = [
  { id: 1, name: 'ada', pwd: 'right' },
  { id: 2, name: 'ben', pwd: 'right' },
];

export class TestServer {
  readonly clock: VirtualClock;
  accessLifetimeMs = 15_000;
  refreshLifetimeMs = 3_600_000;
  /** Answers instead of the refresh endpoint, or of all when it says so. */
  fault: ((request: TestRequest) => TestAnswer | undefined) | undefined;
  readonly requests: TestRequest[] = [];
  /** Idempotency-Key → the bodies that took effect. */
  readonly effects = new Map<string, string[]>();
  readonly sessions: TestSession[] = [];
  /** For each refresh, what the token before had left of its life. */
  readonly leftAtRefreshMs: number[] = [];

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  count(method: string, path: string): number {
    return this.requests.filter((request) => request.method === method && request.path === path).length;
  }

  isLive(jar: Jar): boolean {
    return this.#live(jar.refresh?.sessionId) !== undefined;
  }

  end(sessionId: number | undefined): void {
    const session = this.sessions.find(({ id }) => id === sessionId);
    if (session) session.isEnded = true;
  }

  answer(request: TestRequest): TestAnswer {
    this.requests.push(request);
    const { method, path } = request;
    const fault = this.fault?.(request);
    if (fault) return fault;
    if (path === '/api/login') return this.#login(request);
    if (path === '/api/logout') return this.#logout(request);
    if (path === '/api/refresh_token') return this.refresh(request.jar);
    return this.#guarded(request, () => {
      if (method === 'POST') {
        const key = request.headers.get('Idempotency-Key') ?? '';
        this.effects.set(key, [...(this.effects.get(key) ?? []), request.body]);
      }
      return { status: 200, body: { userId: request.jar.access?.userId } };
    });
  }

  refresh(jar: Jar): TestAnswer {
    const session = this.#live(jar.refresh?.sessionId);
    if (!session) {
      return { status: 403, body: { error: 'invalid_grant', message: 'Wrong Token' }, setCookies: clear };
    }
    this.leftAtRefreshMs.push(session.accessEndsAtMs - this.clock.serverMs);
    const { lifetimeMs, setCookies } = this.#grant(session);
    return { status: 201, body: { expires_in: lifetimeMs / 1_000, refresh_expires_in: 1 }, setCookies };
  }

  /** Whom a page is drawn for, with these cookies. */
  findUser(jar: Jar): { user: { id: number; name: string }; expiresInSeconds: number } | undefined {
    const { access } = jar;
    const user = USERS.find(({ id }) => id === access?.userId);
    if (!user || !access || !this.#live(access.sessionId) || access.endsAtMs <= this.clock.serverMs) return undefined;
    return {
      user: { id: user.id, name: user.name },
      expiresInSeconds: Math.ceil((access.endsAtMs - this.clock.serverMs) / 1_000),
    };
  }

  #login({ headers, body, jar }: TestRequest): TestAnswer {
    if (headers.get('Content-Type') !== 'application/json')
      return { status: 415, body: { error: 'unsupported_media_type' } };
    const { name, pwd } = JSON.parse(body);
    const user = USERS.find((candidate) => candidate.name === name && candidate.pwd === pwd);
    if (!user) return { status: 401, body: { error: 'invalid_credentials', message: 'Wrong name or password.' } };
    this.end(jar.access?.sessionId);
    const session = {
      id: this.sessions.length + 1,
      userId: user.id,
      endsAtMs: this.clock.serverMs + this.refreshLifetimeMs,
      isEnded: false,
      accessEndsAtMs: 0,
    };
    this.sessions.push(session);
    const { lifetimeMs, setCookies } = this.#grant(session);
    return {
      status: 200,
      body: { user: { id: user.id, name }, expires_in: lifetimeMs / 1_000, refresh_expires_in: 1 },
      setCookies: (cookies) => {
        setCookies(cookies);
        cookies.refresh = { sessionId: session.id };
        cookies.signOut = undefined;
      },
    };
  }

  #logout({ jar }: TestRequest): TestAnswer {
    this.end(jar.access?.sessionId);
    this.end(jar.refresh?.sessionId);
    return { status: 204, body: null, setCookies: clear };
  }

  #grant(session: TestSession) {
    const nowMs = this.clock.serverMs;
    const lifetimeMs = Math.max(1_000, Math.min(this.accessLifetimeMs, session.endsAtMs - nowMs));
    session.accessEndsAtMs = nowMs + lifetimeMs;
    const hint = `${session.userId}.${Math.floor(nowMs / 1_000)}.${lifetimeMs / 1_000}`;
    return {
      lifetimeMs,
      setCookies: (jar: Jar) => {
        jar.access = { sessionId: session.id, userId: session.userId, endsAtMs: nowMs + lifetimeMs };
        jar.hint = { value: hint, endsAtMs: session.endsAtMs };
      },
    };
  }

  #guarded({ headers, jar }: TestRequest, handle: () => TestAnswer): TestAnswer {
    const { access } = jar;
    if (!access || !this.#live(access.sessionId) || access.endsAtMs <= this.clock.serverMs) {
      return { status: 401, body: { error: 'invalid_token', message: 'User must be authorized.' } };
    }
    if ((headers.get('Tandem-User') ?? String(access.userId)) !== String(access.userId)) {
      return { status: 409, body: { error: 'user_changed', message: '' } };
    }
    return handle();
  }

  #live(sessionId: number | undefined): TestSession | undefined {
    const session = this.sessions.find(({ id }) => id === sessionId);
    return session && !session.isEnded && session.endsAtMs > this.clock.serverMs ? session : undefined;
  }
}

function clear(jar: Jar): void {
  jar.access = undefined;
  jar.refresh = undefined;
  jar.hint = undefined;
  jar.signOut = undefined;
}
