/**
 * The rules of the session in the browser, without a browser: something happens, with what the page can see at that instant, and what the
 * pages show and what is to be done come out. It reads no clock, no cookie and no chance of its own, and sends nothing.
 */

import type { ErrorBody } from '../../contract/error.ts';
import type { CookieLoginAnswer, User } from '../../contract/session.ts';
import {
  CHECK_EVERY_MS,
  CHECK_GAP_MS,
  NEVER_MS,
  RENEWAL_GAP_MS,
  RENEWAL_LEAD_MAX_MS,
  RENEWAL_LEAD_SHARE,
  RENEWAL_PAUSE_MS,
  RETRY_FIRST_MS,
  RETRY_MAX_MS,
  RETRY_SEEN_MS,
  TIMER_MAX_MS,
} from '../policy.ts';
import type { Message } from './tab-channel.ts';

/** What the page can see at one instant. */
export type Sight = [
  /** Of the clock in `elapsed-clock.ts`. */
  nowMs: number,
  /** The session hint: `<user id>.<when the access token was issued, server seconds>.<its lifetime, seconds>`. */
  hint: string,
  isOnline: boolean,
  isHidden: boolean,
  /** 0 ≤ x < 1 */
  random: number,
];

/** What the pages see. */
export interface SessionSnapshot {
  /**
   * `over` is only ever said by the server, or by signing out. `unknown` means that it could not be asked: the page,
   * its fields and its cookies stay. Also `unknown`: before the page has started. Without a
   * `user` it means nothing.
   */
  state: 'live' | 'over' | 'unknown';
  /** Whom the page was drawn for. */
  user: User | null;
  /** `recovered` stays until the page next looks after its session, some seconds later. */
  notice: 'offline' | 'away' | 'recovered' | null;
  /** Requests that go on once the same user has signed in again. */
  waiting: number;
  /** What the access token had to live when it was last renewed, and its whole life. */
  expiresInMs: number | null;
  lifetimeMs: number | null;
  /** How often the access token was renewed under this page, by this tab or another. */
  refreshes: number;
}

export const FIRST_SNAPSHOT: SessionSnapshot = {
  state: 'unknown',
  user: null,
  notice: null,
  waiting: 0,
  expiresInMs: null,
  lifetimeMs: null,
  refreshes: 0,
};

export let snapshot = FIRST_SNAPSHOT;
/** Until when the access token is good, which the page cannot read. */
export let endsAtMs = 0;
/** Counts sign-ins, sign-outs and leaving: the answer to a renewal of an earlier epoch is dropped. */
export let epoch = 0;
export let isRenewing = false;
/** The page is being left: from then on nothing is sent, and whatever comes back is dropped. */
export let isLeft = false;
/** Before this nothing is renewed, whoever asks for it. */
export let retryAtMs = 0;
/** Since it is being left, somebody has begun to sign in in another tab. */
export let isSignInNear = false;

// What is to be done after the last thing that happened.
/** Tell the other tabs. */
export let toTell: Message | undefined;
/** Go to this address; an empty one stands for this page, drawn again. */
export let toGoTo: string | undefined;
/** Ask the server whether the session still stands; a refusal is `refused`. */
export let toCheck: boolean;
/** Ask the server for a new access token; its answer is `answered`. */
export let toPut: boolean;
/** Queue for the lock that all tabs share, and let `entered` happen in there. */
export let toRenew: boolean;

let nowMs: number;
let hint: string;
let isOnline: boolean;
let isHidden: boolean;
let random: number;

/** The hint that belongs to these times; another one means another token. */
let known: string;
/** How long before its end the token is renewed. */
let leadMs = 0;
/** From the server's clock to the page's: only good for comparing two ends. */
let offsetMs = 0;
let backOffMs = RETRY_FIRST_MS;
/** The server has asked for this with `Retry-After`. */
let heldUntilMs = 0;
/** When this page last asked whether its session was ended elsewhere, and when it does so next. */
let checkedAtMs: number;
let checkAtMs: number;

/** Something is about to happen: what the page can see now. One of the rules below follows, and then what is to be done can be read. */
export function see(...sight: Sight): void {
  [nowMs, hint, isOnline, isHidden, random] = sight;
  toCheck = toPut = toRenew = false;
  toTell = toGoTo = undefined;
}

/** A page runs; a signed-out one has no user. */
export function started({ user, expiresInSeconds = 0 }: { user: User | null; expiresInSeconds?: number }): void {
  checkedAtMs = nowMs;
  checkAtMs = nowMs + CHECK_EVERY_MS;
  if (user) {
    show({ user, refreshes: -1 });
    renewed(known === hint ? endsAtMs - nowMs : expiresInSeconds * 1_000);
    toTell = 'look';
  } else {
    known = hint;
    // Set by a renewal that came after a sign-out; renewing makes the server clear it.
    if (hint) wanted();
  }
}

/** Sees whether another tab has renewed, or somebody else has signed in: then the page is drawn again. */
export function looked(): void {
  if (!hint || hint === known || isLeft) return;
  if (isDrawnForHint()) renewed();
  else left('');
}

/** The timer has fired; or, with an event, the page may have been away. `persisted`: it comes back from the back/forward cache. */
export function woken(event?: { persisted?: boolean }): void {
  if (event?.persisted && (isLeft || !isDrawnForHint())) left('');
  const hasChanged = isOnline === (snapshot.notice === 'offline');
  if (isOnline && hasChanged) retryAtMs = heldUntilMs;
  if (!isHidden) retryAtMs = Math.min(retryAtMs, Math.max(heldUntilMs, nowMs + RETRY_SEEN_MS));
  if (event) checkAtMs = checkedAtMs + CHECK_GAP_MS;
  looked();
  if (snapshot.user && nowMs >= lookAtMs()) {
    checkAtMs = nowMs + CHECK_EVERY_MS;
    if (snapshot.notice === 'recovered') show({ notice: null });
    // A token that is due is not asked about: renewing it tells as much.
    if (nowMs < dueAtMs()) {
      checkedAtMs = nowMs;
      toCheck = true;
    } else wanted();
  }
  if (hasChanged) show({ notice: isOnline ? 'recovered' : 'offline' });
}

/** Another tab has something to say. A message can come late, so the hint decides wherever it can. */
export function told(message: Message): void {
  if (message === 'look') looked();
  else if (snapshot.user) {
    if (message === 'out') left('/login');
    else if (message !== 'over') {
      halted();
      isSignInNear ||= isLeft && message === 'in';
    } else if (!hint) over();
  }
}

/** Somebody is signing in or out: drops the renewal in flight, and starts none before that is through. */
export function halted(): void {
  epoch += 1;
  isRenewing = false;
  retryAtMs = Math.max(retryAtMs, nowMs + RENEWAL_PAUSE_MS);
}

/** The page is to be left for another address, or drawn again. */
export function left(url?: string): void {
  isLeft = true;
  halted();
  toGoTo = url;
}

/** A good access token is asked for. */
export function wanted(): void {
  if (nowMs >= renewAtMs()) isRenewing = toRenew = true;
}

/** The renewal of this epoch has the lock, or has waited for it long enough. */
export function entered(ofEpoch: number): void {
  looked();
  if (ofEpoch !== epoch) return;
  isRenewing = false;
  isRenewing = toPut = nowMs >= renewAtMs();
  retryAtMs = nowMs + RENEWAL_GAP_MS;
}

/** The refresh endpoint's answer; neither a lifetime nor an error means that nobody knows. */
export function answered(
  ofEpoch: number,
  { error, expires_in, retryAfterSeconds = 0 }: Partial<ErrorBody & CookieLoginAnswer & { retryAfterSeconds: number }>,
): void {
  if (ofEpoch !== epoch) return;
  isRenewing = false;
  if (expires_in) {
    renewed(expires_in * 1_000);
    toTell = 'look';
  } else if (error === 'invalid_grant') {
    over();
    toTell = 'over';
  } else {
    // NaN where the header holds a date.
    heldUntilMs = nowMs + retryAfterSeconds * 1_000 || 0;
    retryAtMs = Math.max(heldUntilMs, nowMs + backOffMs * (1 - random / 2));
    backOffMs = Math.min(isHidden ? RETRY_MAX_MS : RETRY_SEEN_MS, backOffMs * 2);
    show({ state: 'unknown', notice: isOnline ? 'away' : 'offline' });
  }
}

/** The server has refused a token that was good until then, whatever the clock says; unless there is a newer one. */
export function refused(goodUntilMs: number): void {
  looked();
  if (goodUntilMs === endsAtMs) endsAtMs = 0;
}

export function show(change: Partial<SessionSnapshot>): void {
  snapshot = { ...snapshot, ...change };
}

/** Good enough to send a request with; stops a moment before the end, since the request has a way to go. */
export function isFresh(atMs: number): boolean {
  return atMs < endsAtMs - leadMs / 4;
}

/** When to look after the session next: a hidden page sleeps until the token is due, a visible one looks around meanwhile. */
export function lookAtMs(): number {
  return Math.min(renewAtMs(), isHidden || isLeft ? nowMs + TIMER_MAX_MS : checkAtMs);
}

/** Never while that is being done, when the page is being left, or the session is over. */
function renewAtMs(): number {
  return isRenewing || isLeft || snapshot.state === 'over' ? NEVER_MS : Math.max(dueAtMs(), retryAtMs);
}

/** When to renew without being asked. */
function dueAtMs(): number {
  return endsAtMs - leadMs;
}

function isDrawnForHint(): boolean {
  return hint.startsWith(`${snapshot.user?.id}.`);
}

/**
 * There is a new token. The server has said what it has to live, or else another tab has renewed: then the end moves by
 * as much as the server's times in the two hints differ, never by the clock of this machine.
 */
function renewed(remainingMs?: number): void {
  known = hint;
  const [, issuedAtSeconds = 0, lifetimeSeconds = 0] = hint.split('.').map(Number);
  const lifetimeMs = lifetimeSeconds * 1_000 || remainingMs || 0;
  const serverEndMs = issuedAtSeconds * 1_000 + lifetimeMs;
  const expiresInMs = Math.min(remainingMs ?? offsetMs + serverEndMs - nowMs, lifetimeMs);
  endsAtMs = nowMs + expiresInMs;
  offsetMs = endsAtMs - serverEndMs;
  leadMs = Math.min(RENEWAL_LEAD_MAX_MS, lifetimeMs * RENEWAL_LEAD_SHARE) * (1 - random / 4);
  backOffMs = RETRY_FIRST_MS;
  show({
    state: 'live',
    notice: snapshot.notice && 'recovered',
    refreshes: snapshot.refreshes + 1,
    expiresInMs,
    lifetimeMs,
  });
}

function over(): void {
  halted();
  known = hint;
  endsAtMs = 0;
  show({ state: 'over', notice: null });
}
