/** One sentence for each reason why a sign-in failed or a session ended. */
import type { SignInResult } from '../../lib/client/session/session.ts';
import { PASSWORD_MAX_CHARS, USER_NAME_MAX_CHARS } from '../../lib/contract/limits.ts';
import { isSignInNotice, type SignInNotice, signInNotice } from '../../lib/contract/sign-in-notice.ts';
import { durationWords } from './duration-words.ts';

export interface SignInProblem {
  sentence: string;
  /** The field at fault. `both`: one of the two, undisclosed. Null: neither. */
  field: 'name' | 'pwd' | 'both' | null;
}

/** The longest wait accepted from the address. */
const WAIT_MAX_SECONDS = 86_400;

const NOT_READABLE = 'The server could not read this form. Fill it in again.';
const FAILED = 'Signing in did not work. Try again in a minute.';

const SENTENCES: Record<SignInNotice, string> = {
  invalid_credentials: 'Wrong name or password.',
  fields_missing: 'Fill in both name and password.',
  name_missing: 'Fill in the name.',
  name_too_long: `This name is too long. Names have at most ${USER_NAME_MAX_CHARS} characters.`,
  password_missing: 'Fill in the password.',
  password_too_long: `This password is too long. Passwords have at most ${PASSWORD_MAX_CHARS} characters.`,
  invalid_request: NOT_READABLE,
  payload_too_large: NOT_READABLE,
  unsupported_media_type: NOT_READABLE,
  internal_error: FAILED,
  rate_limited: 'Too many attempts. Wait a few minutes, then try again.',
  unavailable: 'Signing in does not work at the moment. Try again in a minute.',
  cross_site_request: 'That form was on another site, so nothing was sent. Sign in here instead.',
  invalid_dpop_proof: 'Signing in here needs JavaScript, and a browser that may keep data for this site.',
  cookies: 'This browser did not keep the sign-in. Allow cookies for this site, then try again.',
  key: 'The data that kept you signed in on this browser is gone. Sign in again; nothing else has changed.',
  script: 'You stay signed in only with JavaScript here. Turn it on, or sign in again.',
  ended: 'You are no longer signed in here. Sign in to go on.',
  ended_by_operator: 'An administrator has signed you out. Nothing you placed is lost.',
  ended_by_user: 'You were signed out from another device. Sign in to go on.',
  expired: 'The time you stay signed in is over. Sign in to go on.',
  key_mismatch:
    'Somebody tried to use a copy of your sign-in, so it was ended. Sign in, and look at the recent activity of your account.',
  password_changed: 'Your password was changed, so this device was signed out. Sign in with the new password.',
  signed_in_again: 'Somebody has signed in again on this browser, which ended the sign-in before.',
  signed_out: 'You signed out in another tab.',
  user_disabled: 'This account is disabled. Ask your administrator.',
};

const FIELDS: Partial<Record<SignInNotice, SignInProblem['field']>> = {
  fields_missing: 'both',
  invalid_credentials: 'both',
  name_missing: 'name',
  name_too_long: 'name',
  password_missing: 'pwd',
  password_too_long: 'pwd',
};

/** `lifetimeSeconds` is known for `expired`. */
export function noticeSentence(
  notice: SignInNotice,
  { lifetimeSeconds }: { lifetimeSeconds?: number | undefined } = {},
): string {
  if (notice !== 'expired' || lifetimeSeconds === undefined) return SENTENCES[notice];
  return `A sign-in lasts ${durationWords(lifetimeSeconds)}, and yours is over. Sign in to go on.`;
}

/** The result of a native form post, from the address, which may hold anything. */
export function noticeProblem(notice: unknown, waitSeconds?: number): SignInProblem {
  if (!isSignInNotice(notice)) return { sentence: FAILED, field: null };
  const sentence = notice === 'rate_limited' ? waitSentence(waitSeconds) : SENTENCES[notice];
  return { sentence, field: FIELDS[notice] ?? null };
}

/** The result of a request by script. */
export function signInProblem({ error, retryAfterSeconds }: SignInResult, fields = {}): SignInProblem {
  if (!error) return { sentence: 'Can’t reach the server. What you typed is kept; try again.', field: null };
  return noticeProblem(signInNotice(error, fields), retryAfterSeconds || undefined);
}

/** Rounded up, because an early retry is refused again. */
function waitSentence(seconds = Number.POSITIVE_INFINITY): string {
  if (seconds > WAIT_MAX_SECONDS) return SENTENCES.rate_limited;
  if (seconds <= 0) return 'There were too many attempts. You can try again now.';
  const whole = seconds < 60 ? seconds : Math.ceil(seconds / 60) * 60;
  return `Too many attempts. Wait ${durationWords(whole)}, then try again.`;
}
