/** The values of `?notice=` on the sign-in page. No zod, since the browser loads it. */
import type { ErrorCode } from './error.ts';
import { PASSWORD_MAX_CHARS, USER_NAME_MAX_CHARS } from './limits.ts';

/** A sign-in was refused, or the browser did not keep it. */
const REFUSALS = [
  'cookies',
  'cross_site_request',
  'fields_missing',
  'internal_error',
  'invalid_credentials',
  'invalid_dpop_proof',
  'invalid_request',
  'name_missing',
  'name_too_long',
  'password_missing',
  'password_too_long',
  'payload_too_large',
  'rate_limited',
  'unavailable',
  'unsupported_media_type',
] as const;

/** The previous session ended, through no fault of the input. */
const SESSION_ENDS = [
  'ended',
  'ended_by_operator',
  'ended_by_user',
  'expired',
  'key',
  'key_mismatch',
  'password_changed',
  'script',
  'signed_in_again',
  'signed_out',
  'user_disabled',
] as const;
export type SessionEnd = (typeof SESSION_ENDS)[number];
export type SignInNotice = SessionEnd | (typeof REFUSALS)[number];

/** The address may hold anything, `toString` too. */
export function isSignInNotice(value: unknown): value is SignInNotice {
  return isSessionEnd(value) || REFUSALS.some((notice) => notice === value);
}

export function isSessionEnd(value: unknown): value is SessionEnd {
  return SESSION_ENDS.some((notice) => notice === value);
}

/** The notice for a refused sign-in; `fields` are the submitted ones. */
export function signInNotice(code: ErrorCode, fields: { name?: unknown; pwd?: unknown } = {}): SignInNotice {
  if (code !== 'invalid_request') return isSignInNotice(code) ? code : 'internal_error';
  const [name, pwd] = [textOf(fields.name), textOf(fields.pwd)];
  if (!name && !pwd) return 'fields_missing';
  if (!name) return 'name_missing';
  if (name.length > USER_NAME_MAX_CHARS) return 'name_too_long';
  if (!pwd) return 'password_missing';
  return pwd.length > PASSWORD_MAX_CHARS ? 'password_too_long' : 'invalid_request';
}

function textOf(field: unknown): string {
  return typeof field === 'string' ? field : '';
}
