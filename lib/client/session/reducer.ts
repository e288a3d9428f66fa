/** The rules of the session: an event, and what the page can see, make a new state and ask for effects. Pure. */
import type { ErrorBody } from '../../contract/error.ts';
import type { CookieLoginAnswer, User } from '../../contract/session.ts';
import {
  CHECK_EVERY_MS,
  CHECK_GAP_MS,
  REFRESH_GAP_MS,
  REFRESH_LEAD_MAX_MS,
  REFRESH_LEAD_SHARE,
  REFRESH_PAUSE_MS,
  RETRY_AFTER_MAX_SECONDS,
  RETRY_FIRST_MS,
  RETRY_HIDDEN_MAX_MS,
  RETRY_VISIBLE_MAX_MS,
} from '../policy.ts';
import type { Environment } from './environment.ts';
import { dueAtMs, INITIAL_STATE, refreshAtMs, type SessionSnapshot, type State, wakeAtMs } from './state.ts';
import type { TabMessage } from './tab-channel.ts';

export type SessionEvent =
  /** A page runs. A signed-out page has no user. */
  | { type: 'page-started'; user: User | null; expiresInSeconds?: number }
  | { type: 'page-stopped' }
  /** Without an address the page is loaded again. */
  | { type: 'page-left'; url?: string }
  | { type: 'timer' }
  /** Visibility, focus or network may have changed, or the page comes back from the back/forward cache. */
  | { type: 'page-changed'; persisted: boolean }
  | { type: 'message'; message: TabMessage }
  | { type: 'token-needed' }
  /** The server has refused a request whose token had this end. */
  | { type: 'token-refused'; tokenEndsAtMs: number }
  /** The refresh of this epoch has the lock, or has waited for it long enough. */
  | { type: 'locked'; epoch: number }
  | { type: 'answered'; epoch: number; answer: RefreshAnswer }
  | { type: 'signing-in' }
  | ({ type: 'signed-in' } & RefreshAnswer)
  | { type: 'signing-out' }
  | { type: 'signed-out' }
  /** The framework has fetched a page, or could not. */
  | { type: 'navigated'; isReached: boolean };

/** Without a lifetime and without an error nobody knows. */
export type RefreshAnswer = Partial<ErrorBody & CookieLoginAnswer & { retryAfterSeconds: number }>;

export type Effect =
  | { type: 'broadcast'; message: TabMessage }
  /** Without an address the page is loaded again. */
  | { type: 'navigate'; url: string | undefined }
  /** Ask the server whether the session is still live. A refusal comes back as `token-refused`. */
  | { type: 'check' }
  /** Wait for the lock that all tabs share, and dispatch `locked` in it. */
  | { type: 'lock'; epoch: number }
  /** Ask the server for a new access token. The answer comes back as `answered`. */
  | { type: 'refresh'; epoch: number };

/** The next state in the making, with the effects asked for so far. */
interface Draft extends State {
  readonly effects: readonly Effect[];
}

export interface Transition {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export function reduce(before: State, event: SessionEvent, environment: Environment): Transition {
  const { effects, ...state } = apply({ ...before, ...environment, effects: [] }, event);
  return { state, effects };
}

function apply(draft: Draft, event: SessionEvent): Draft {
  switch (event.type) {
    case 'page-started':
      return event.user ? startSignedIn(draft, event.user, event.expiresInSeconds) : startSignedOut(draft);
    case 'page-stopped':
      return { ...draft, snapshot: INITIAL_STATE.snapshot };
    case 'page-left':
      return leave(draft, event.url);
    case 'timer':
      return lookAround(draft);
    case 'page-changed':
      if (event.persisted && (draft.isLeaving || !isDrawnForHint(draft))) return leave(draft);
      return lookAround({ ...draft, checkAtMs: draft.checkedAtMs + CHECK_GAP_MS });
    case 'message':
      return receiveMessage(draft, event.message);
    case 'token-needed':
      return startRefresh(draft);
    case 'token-refused':
      return refuseToken(draft, event.tokenEndsAtMs);
    case 'locked':
      return enterLock(draft, event.epoch);
    case 'answered':
      return event.epoch === draft.epoch ? takeAnswer(draft, event.answer) : draft;
    case 'signing-in':
      return broadcast(pauseRefreshing(draft), 'in');
    case 'signed-in':
      // The answer says who it is: the hint may be missing, or hidden by another cookie. A signed-out page is left by its own form.
      return draft.snapshot.user && draft.snapshot.user.id !== event.user?.id ? leave(draft) : takeAnswer(draft, event);
    case 'signing-out':
      return broadcast(stopForGood(draft), 'stop');
    case 'signed-out':
      return broadcast(draft, 'out');
    case 'navigated':
      if (!event.isReached) return publish(draft, { notice: outage(draft) });
      return draft.snapshot.status === 'live' ? publish(draft, { notice: 'recovered' }) : draft;
  }
}

function ask(draft: Draft, effect: Effect): Draft {
  return { ...draft, effects: [...draft.effects, effect] };
}

function broadcast(draft: Draft, message: TabMessage): Draft {
  return ask(draft, { type: 'broadcast', message });
}

function publish(draft: Draft, change: Partial<SessionSnapshot>): Draft {
  return { ...draft, snapshot: { ...draft.snapshot, ...change } };
}

function startSignedIn(draft: Draft, user: User, expiresInSeconds = 0): Draft {
  const { nowMs } = draft;
  // The router may show a kept page again, whose number is old. With the hint unchanged the end is known.
  const remainingMs = draft.knownHint === draft.hint ? draft.tokenEndsAtMs - nowMs : expiresInSeconds * 1_000;
  const started = { ...draft, checkedAtMs: nowMs, checkAtMs: nowMs + CHECK_EVERY_MS };
  return broadcast(takeToken(publish(started, { user, refreshes: -1 }), remainingMs), 'look');
}

/** A hint on a signed-out page comes from a refresh that was answered after the sign-out. Refreshing makes the server clear it. */
function startSignedOut(draft: Draft): Draft {
  const started = { ...draft, knownHint: draft.hint };
  return draft.hint ? startRefresh(started) : started;
}

/** The page may have slept, been hidden or been offline: catches up with other tabs, the server and the network. */
function lookAround(draft: Draft): Draft {
  return noteNetwork(checkSession(readHint(retrySooner(draft))));
}

/** A page in view does not sit out the long pauses of a hidden one, and a page that is back online sits out none. */
function retrySooner(draft: Draft): Draft {
  const { serverRetryAtMs, isHidden, isOnline } = draft;
  const retryAtMs = isOnline && hasNetworkChanged(draft) ? serverRetryAtMs : draft.retryAtMs;
  const latestMs = Math.max(serverRetryAtMs, draft.nowMs + RETRY_VISIBLE_MAX_MS);
  return { ...draft, retryAtMs: isHidden ? retryAtMs : Math.min(retryAtMs, latestMs) };
}

/** Another tab may have refreshed, or another user may have signed in. */
function readHint(draft: Draft): Draft {
  if (!draft.hint || draft.hint === draft.knownHint || draft.isLeaving) return draft;
  return isDrawnForHint(draft) ? takeToken(draft) : leave(draft);
}

function checkSession(draft: Draft): Draft {
  const { user, notice } = draft.snapshot;
  if (!user || draft.nowMs < wakeAtMs(draft)) return draft;
  const settled = notice === 'recovered' ? publish(draft, { notice: null }) : draft;
  const awake = { ...settled, checkAtMs: draft.nowMs + CHECK_EVERY_MS };
  // A token that is due is not checked, since refreshing it tells as much.
  if (draft.nowMs >= dueAtMs(awake)) return startRefresh(awake);
  return ask({ ...awake, checkedAtMs: draft.nowMs }, { type: 'check' });
}

function noteNetwork(draft: Draft): Draft {
  if (!hasNetworkChanged(draft)) return draft;
  return publish(draft, { notice: draft.isOnline ? 'recovered' : 'offline' });
}

function hasNetworkChanged({ isOnline, snapshot }: State): boolean {
  return isOnline === (snapshot.notice === 'offline');
}

function outage({ isOnline }: State): SessionSnapshot['notice'] {
  return isOnline ? 'unreachable' : 'offline';
}

function isDrawnForHint({ hint, snapshot }: State): boolean {
  return hint.startsWith(`${snapshot.user?.id}.`);
}

/** A message can come late, so the hint decides wherever it can. A message of a newer version is ignored. */
function receiveMessage(draft: Draft, message: TabMessage): Draft {
  if (message === 'look') return readHint(draft);
  if (!draft.snapshot.user) return draft;
  switch (message) {
    case 'in':
    case 'stop':
      return pauseRefreshing(draft);
    case 'out':
      return leave(draft, '/login');
    case 'over':
      return draft.hint ? draft : revoke(draft);
    default:
      return draft;
  }
}

function startRefresh(draft: Draft): Draft {
  if (draft.nowMs < refreshAtMs(draft)) return draft;
  return ask({ ...draft, isRefreshing: true }, { type: 'lock', epoch: draft.epoch });
}

/** While this tab waited, another may have refreshed. */
function enterLock(draft: Draft, epoch: number): Draft {
  const caughtUp = readHint(draft);
  if (epoch !== caughtUp.epoch) return caughtUp;
  const idle = { ...caughtUp, isRefreshing: false };
  const next = { ...idle, retryAtMs: draft.nowMs + REFRESH_GAP_MS };
  return draft.nowMs < refreshAtMs(idle) ? next : ask({ ...next, isRefreshing: true }, { type: 'refresh', epoch });
}

/** Only `invalid_grant` revokes the session. Everything else is tried again. */
function takeAnswer(draft: Draft, answer: RefreshAnswer): Draft {
  const idle = { ...draft, isRefreshing: false };
  if (answer.expires_in) return broadcast(takeToken(idle, answer.expires_in * 1_000), 'look');
  if (answer.error === 'invalid_grant') return broadcast(revoke(idle), 'over');
  return backOff(idle, answer.retryAfterSeconds);
}

function backOff(draft: Draft, retryAfterSeconds = 0): Draft {
  const { nowMs, isHidden, random, backOffMs } = draft;
  // NaN where the header holds a date.
  const serverRetryAtMs = nowMs + Math.min(retryAfterSeconds, RETRY_AFTER_MAX_SECONDS) * 1_000 || 0;
  const waiting = {
    ...draft,
    serverRetryAtMs,
    retryAtMs: Math.max(serverRetryAtMs, nowMs + backOffMs * (1 - random / 2)),
    backOffMs: Math.min(isHidden ? RETRY_HIDDEN_MAX_MS : RETRY_VISIBLE_MAX_MS, backOffMs * 2),
  };
  return publish(waiting, { status: 'unknown', notice: outage(draft) });
}

/** A refused token is no good, whatever the clock says. A newer one is not meant. */
function refuseToken(draft: Draft, tokenEndsAtMs: number): Draft {
  const caughtUp = readHint(draft);
  return tokenEndsAtMs === caughtUp.tokenEndsAtMs ? { ...caughtUp, tokenEndsAtMs: 0 } : caughtUp;
}

/**
 * There is a new token. The server has said what it has to live, or else another tab has refreshed: then the end moves by
 * as much as the server's times in the two hints differ, never by the clock of this machine.
 */
function takeToken(draft: Draft, remainingMs?: number): Draft {
  const { nowMs, hint, random, snapshot } = draft;
  const [, issuedAtSeconds = 0, lifetimeSeconds = 0] = hint.split('.').map(Number);
  const lifetimeMs = lifetimeSeconds * 1_000 || remainingMs || 0;
  const serverEndMs = issuedAtSeconds * 1_000 + lifetimeMs;
  const expiresInMs = Math.min(remainingMs ?? draft.serverOffsetMs + serverEndMs - nowMs, lifetimeMs);
  const tokenEndsAtMs = nowMs + expiresInMs;
  const refreshed = {
    ...draft,
    knownHint: hint,
    tokenEndsAtMs,
    serverOffsetMs: tokenEndsAtMs - serverEndMs,
    leadMs: Math.min(REFRESH_LEAD_MAX_MS, lifetimeMs * REFRESH_LEAD_SHARE) * (1 - random / 4),
    backOffMs: RETRY_FIRST_MS,
  };
  return publish(refreshed, {
    status: 'live',
    notice: snapshot.notice && 'recovered',
    refreshes: snapshot.refreshes + 1,
    expiresInMs,
    lifetimeMs,
  });
}

function revoke(draft: Draft): Draft {
  const stopped = { ...pauseRefreshing(draft), knownHint: draft.hint, tokenEndsAtMs: 0 };
  return publish(stopped, { status: 'revoked', notice: null });
}

/** Without an address the page is loaded again. */
function leave(draft: Draft, url?: string): Draft {
  return ask(stopForGood(draft), { type: 'navigate', url });
}

function stopForGood(draft: Draft): Draft {
  return { ...pauseRefreshing(draft), isLeaving: true };
}

/** Drops the refresh in flight, and starts none for a while. */
function pauseRefreshing(draft: Draft): Draft {
  const retryAtMs = Math.max(draft.retryAtMs, draft.nowMs + REFRESH_PAUSE_MS);
  // Stryker disable next-line ArithmeticOperator: only whether two epochs are the same counts.
  return { ...draft, epoch: draft.epoch + 1, isRefreshing: false, retryAtMs };
}
