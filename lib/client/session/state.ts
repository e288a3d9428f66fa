/** The state of the session in one page. */
import type { User } from '../../contract/session.ts';
import { NEVER_MS, RETRY_FIRST_MS, TIMER_MAX_MS } from '../policy.ts';
import type { Environment } from './environment.ts';

/** The part that components see. */
export interface SessionSnapshot {
  /**
   * `revoked`: the refresh endpoint has refused the session. `unknown`: the page has not started, or the server cannot be reached;
   * the page, its fields and its cookies stay. Without a `user` it means nothing.
   */
  readonly status: 'live' | 'revoked' | 'unknown';
  /** The user that the page was drawn for. */
  readonly user: User | null;
  /** `recovered` stays until the page next looks after its session, some seconds later. */
  readonly notice: 'offline' | 'unreachable' | 'recovered' | null;
  /** What the access token had left to live when it was last refreshed, and its whole life. */
  readonly expiresInMs: number | null;
  readonly lifetimeMs: number | null;
  /** How often the access token was refreshed under this page, by this tab or another. */
  readonly refreshes: number;
}

/** What the page could see at the last event, and what it knows. Every `…AtMs` is an instant of the clock in `elapsed-clock.ts`. */
export interface State extends Environment {
  readonly snapshot: SessionSnapshot;
  /** The end of the access token, which the page cannot read. */
  readonly tokenEndsAtMs: number;
  /** How long before that end the token is due for a refresh. */
  readonly leadMs: number;
  /** The hint that came with this token; another hint means another token. */
  readonly knownHint: string | null;
  /** From the server's clock to the page's. Only good for comparing the ends of two tokens. */
  readonly serverOffsetMs: number;
  readonly isRefreshing: boolean;
  /** Counts sign-ins, sign-outs and leaving. The answer to a refresh of an earlier epoch is dropped. */
  readonly epoch: number;
  /** No refresh starts before this. */
  readonly retryAtMs: number;
  /** The server has asked for this with `Retry-After`. */
  readonly serverRetryAtMs: number;
  /** The next pause after a failed refresh. */
  readonly backOffMs: number;
  /** When the page last asked whether its session was revoked, and when it does so next. */
  readonly checkedAtMs: number;
  readonly checkAtMs: number;
  /** The page is being left: it sends nothing more, and drops what comes back. */
  readonly isLeaving: boolean;
}

export const INITIAL_STATE: State = {
  nowMs: 0,
  hint: '',
  isOnline: true,
  isHidden: false,
  random: 0,
  snapshot: {
    status: 'unknown',
    user: null,
    notice: null,
    expiresInMs: null,
    lifetimeMs: null,
    refreshes: 0,
  },
  tokenEndsAtMs: 0,
  leadMs: 0,
  knownHint: null,
  serverOffsetMs: 0,
  isRefreshing: false,
  epoch: 0,
  retryAtMs: 0,
  serverRetryAtMs: 0,
  backOffMs: RETRY_FIRST_MS,
  checkedAtMs: 0,
  checkAtMs: 0,
  isLeaving: false,
};

/** Whether a request may be sent with the token. False from a moment before the end, since the request has a way to go. */
export function isTokenFresh({ tokenEndsAtMs, leadMs }: State, atMs: number): boolean {
  return atMs < tokenEndsAtMs - leadMs / 4;
}

/** When the token is due for a refresh that nobody asks for. */
export function dueAtMs({ tokenEndsAtMs, leadMs }: State): number {
  return tokenEndsAtMs - leadMs;
}

/** When a refresh may start: never during another one, on a page that is being left, or for a revoked session. */
export function refreshAtMs(state: State): number {
  const { isRefreshing, isLeaving, snapshot, retryAtMs } = state;
  return isRefreshing || isLeaving || snapshot.status === 'revoked' ? NEVER_MS : Math.max(dueAtMs(state), retryAtMs);
}

/** When the page next looks after its session. A hidden one sleeps until a refresh is due. */
export function wakeAtMs(state: State): number {
  const checkAtMs = state.isHidden || state.isLeaving ? NEVER_MS : state.checkAtMs;
  return Math.min(refreshAtMs(state), checkAtMs, state.nowMs + TIMER_MAX_MS);
}
