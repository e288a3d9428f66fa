/** The life of one page: who it was drawn for, when it looks whether its session still stands, and how it ends. */

import type { ErrorCode, FieldIssue } from '../../contract/error.ts';
import type { User } from '../../contract/session.ts';
import { SIGN_OUT_RETRY_MS } from '../policy.ts';
import { call } from './api-call.ts';
import { authFetch } from './auth-fetch.ts';
import {
  FIRST_SNAPSHOT,
  halted,
  isSignInNear,
  left,
  lookAtMs,
  looked,
  show,
  snapshot,
  started,
  toCheck,
  told,
  woken,
} from './core.ts';
import { now } from './elapsed-clock.ts';
import { hint } from './session-hint.ts';
import { happen, locked, subscribe } from './store.ts';
import { openChannel, tell } from './tab-channel.ts';

/** Whenever the page may have been away. */
const WAKE_EVENTS = ['pageshow', 'visibilitychange', 'focus', 'resume', 'online', 'offline'];

export interface SessionStart {
  /** Whom the page was drawn for; null on a signed-out page. */
  user: User | null;
  /** What the access token had to live then. */
  expiresInSeconds?: number;
}

/** Signed in only with a `user`; without an `error` either, nobody of ours has answered. */
export interface SignInResult {
  user?: User;
  error?: ErrorCode;
  message?: string;
  retryAfterSeconds?: number;
  issues?: FieldIssue[];
}

let timer: ReturnType<typeof setTimeout>;

/** Called by a page once it runs; what it returns makes the session forget that page. */
export function start(page: SessionStart): () => void {
  openChannel(({ data }) => happen(told, data));
  subscribe(arm);
  for (const type of WAKE_EVENTS) addEventListener(type, wake, true);
  happen(started, page);
  return () => happen(show, FIRST_SNAPSHOT);
}

/** One timer for all there is to look after. */
function arm(): void {
  clearTimeout(timer);
  if (snapshot.user) timer = setTimeout(wake, lookAtMs() - now());
}

/** Time has passed, or the page may have been away. */
function wake(event?: Event & { persisted?: boolean }): void {
  happen(woken, event);
  // Only a refusal says anything, and that is acted on in there.
  if (toCheck) authFetch('/api/session', { background: true }).catch(() => {});
}

/**
 * Signs in without leaving the page. On a page that was drawn for this user the waiting requests go on; one that was
 * drawn for another is drawn again.
 */
export async function signIn(name: string, pwd: string): Promise<SignInResult> {
  tell('in');
  happen(halted);
  const answer = await locked(() => call('POST', '/api/login', JSON.stringify({ name, pwd })));
  if (answer.user) {
    tell('look');
    if (snapshot.user) happen(looked);
  }
  return answer;
}

/**
 * Hides the page at once, and ends on `/login` as soon as the server has ended the session, however long it is away;
 * unless somebody has signed in meanwhile, whose session this must not end.
 */
export async function signOut(): Promise<void> {
  const ending = hint();
  document.body.hidden = true;
  tell('stop');
  happen(left);
  const endOnServer = async () => {
    if (isSignInNear && ending !== hint()) return true;
    const { ok } = await call('POST', '/api/logout');
    if (ok) tell('out');
    return ok;
  };
  while (!(await locked(endOnServer))) await new Promise((resolve) => setTimeout(resolve, SIGN_OUT_RETRY_MS));
  happen(left, '/login');
}

/** The person does not want to sign in here: whatever waits is rejected, and `/login` leads back to this place. */
export function giveUp(): void {
  happen(left, `/login?returnTo=${encodeURIComponent(location.href.replace(location.origin, ''))}`);
}
