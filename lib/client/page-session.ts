/** The life of one page: who it was drawn for, when it looks whether its session still stands, and how it ends. */

import type { FieldIssue } from '../contract/error.ts';
import type { User } from '../contract/session.ts';
import { granted, isFresh } from './access.ts';
import { call } from './api-call.ts';
import { authFetch } from './auth-fetch.ts';
import { type Message, openChannel, tell } from './channel.ts';
import { removeAllDrafts } from './draft.ts';
import { now } from './elapsed-clock.ts';
import { hint } from './hint.ts';
import { CHECK_EVERY_MS, CHECK_GAP_MS, SIGN_OUT_RETRY_MS, TIMER_MAX_MS } from './policy.ts';
import {
  halt,
  hurry,
  isDrawnForHint,
  leave,
  locked,
  look,
  nextRenewalAtMs,
  over,
  page,
  refresh,
  renewed,
} from './renewal.ts';
import { FIRST_SNAPSHOT, publish, snapshot, subscribe } from './snapshot.ts';

/** Whenever the page may have been away. */
const WAKE_EVENTS = ['pageshow', 'visibilitychange', 'focus', 'resume', 'online', 'offline'];

export interface SessionStart {
  /** Whom the page was drawn for; null on a signed-out page. */
  user: User | null;
  /** What the access token had to live then. */
  expiresInSeconds: number | null;
}

export type SignInResult =
  | { ok: true; user: User }
  | { ok: false; message: string; retryAfterSeconds?: number; issues?: FieldIssue[] };

let timer: ReturnType<typeof setTimeout>;
let checkedAtMs = 0;
let checkAtMs = 0;

/** Called by a page once it runs; what it returns makes the session forget that page. */
export function start({ user, expiresInSeconds }: SessionStart): () => void {
  openChannel(receive);
  subscribe(arm);
  for (const type of WAKE_EVENTS) addEventListener(type, wake, true);
  checkedAtMs = now();
  checkAtMs = checkedAtMs + CHECK_EVERY_MS;
  if (user) {
    publish({ user, refreshes: -1 });
    renewed((expiresInSeconds ?? 0) * 1_000);
    tell('look');
  } else {
    granted(0);
    // Set by a renewal that came after a sign-out; renewing makes the server clear it.
    if (hint()) refresh();
  }
  return () => publish(FIRST_SNAPSHOT);
}

/** One timer: a hidden page sleeps until the token is due, a visible one looks around meanwhile. */
function arm(): void {
  clearTimeout(timer);
  if (!snapshot.user || page.signal.aborted) return;
  timer = setTimeout(tick, Math.min(nextRenewalAtMs(), nextCheckAtMs()) - now());
}

function nextCheckAtMs(): number {
  return document.hidden ? now() + TIMER_MAX_MS : checkAtMs;
}

function tick(): void {
  look();
  if (!snapshot.user) return;
  const isDue = now() >= nextRenewalAtMs();
  if (isDue || now() >= nextCheckAtMs()) {
    checkAtMs = now() + CHECK_EVERY_MS;
    if (snapshot.notice === 'recovered') publish({ notice: null });
    if (isDue) refresh();
    else if (isFresh()) {
      checkedAtMs = now();
      // Only a refusal says anything, and that is acted on in there.
      authFetch('/api/session', { background: true }).catch(() => {});
    }
  }
  arm();
}

function wake({ persisted }: Event & { persisted?: boolean }): void {
  if (persisted && (page.signal.aborted || !isDrawnForHint())) leave();
  const wasOffline = snapshot.notice === 'offline';
  const hasChanged = navigator.onLine === wasOffline;
  if (hasChanged) hurry();
  checkAtMs = checkedAtMs + CHECK_GAP_MS;
  tick();
  if (hasChanged) publish({ notice: wasOffline ? 'recovered' : 'offline' });
}

function receive({ data: message }: MessageEvent<Message>): void {
  if (message === 'look') look();
  else if (snapshot.user) {
    if (message === 'stop') halt();
    else if (message === 'out') leave('/login');
    else if (!hint()) over();
  }
}

/**
 * Signs in without leaving the page. On a page that was drawn for this user the waiting requests go on; one that was
 * drawn for another is drawn again.
 */
export async function signIn(name: string, pwd: string): Promise<SignInResult> {
  tell('stop');
  halt();
  const answer = await locked(() => call('POST', '/api/login', JSON.stringify({ name, pwd })));
  if (!answer.user) return { message: 'The server is away. Try again.', ...answer, ok: false };
  tell('look');
  if (snapshot.user) look();
  return { ok: true, user: answer.user };
}

/**
 * Hides the page at once, and ends on `/login` as soon as the server has ended the session, however long it is away;
 * unless somebody has signed in meanwhile, whose session this must not end.
 */
export async function signOut(): Promise<void> {
  const ending = hint();
  document.body.hidden = true;
  removeAllDrafts();
  page.abort();
  tell('stop');
  halt();
  const endOnServer = async () => {
    if (ending !== hint()) return true;
    const { ok } = await call('POST', '/api/logout');
    tell('out');
    return ok;
  };
  while (!(await locked(endOnServer))) await new Promise((resolve) => setTimeout(resolve, SIGN_OUT_RETRY_MS));
  leave('/login');
}

/** The person does not want to sign in here: whatever waits is rejected, and `/login` leads back to this place. */
export function giveUp(): void {
  leave(`/login?returnTo=${encodeURIComponent(location.href.replace(location.origin, ''))}`);
}
