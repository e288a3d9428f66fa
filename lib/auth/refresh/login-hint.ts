/** The login hint: a cookie for `/login` alone, by which it fills in the name and says why nobody is signed in. Signing out removes it. */
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { USER_NAME_MAX_CHARS } from '../../contract/limits.ts';
import { isSignInNotice, type SignInNotice } from '../../contract/sign-in-notice.ts';
import type { Db } from '../../db/client.ts';
import { sessions, users } from '../../db/schema.ts';
import { loginHintCookie, readCookies } from '../request/cookies.ts';
import { RENAMED } from '../sessions/sessions.ts';
import { LOGIN_HINT_KEPT_SECONDS, TYPED_NAME_KEPT_SECONDS } from './policy.ts';
import { presentedClaims } from './refresh.ts';

const LoginHint = z.object({
  name: z.string().min(1).max(USER_NAME_MAX_CHARS),
  /** Why the session of this name has ended. */
  reason: z.custom<SignInNotice>(isSignInNotice).optional(),
  /** Of a session that has begun here: its end and its whole length, in seconds. */
  expiresAt: z.int().optional(),
  lifetime: z.int().optional(),
});
export type LoginHint = z.infer<typeof LoginHint>;

/** For a sign-in that has succeeded; outlives its session, whose own cookies then are gone. */
export function signedInHintCookie(name: string, lifetimeSeconds: number, now: Date): string {
  const expiresAt = Math.floor(now.getTime() / 1_000) + lifetimeSeconds;
  return hintCookie({ name, expiresAt, lifetime: lifetimeSeconds }, lifetimeSeconds + LOGIN_HINT_KEPT_SECONDS);
}

/** For a native form that goes back to its page: the name as it was typed, unless nobody can have it. */
export function typedNameCookies(name: unknown): string[] {
  const { data } = LoginHint.safeParse({ name });
  return data ? [hintCookie(data, TYPED_NAME_KEPT_SECONDS)] : [];
}

/** Whose session the refused refresh cookie names, and why that has ended. Nothing for one that its user has signed out of. */
export async function endedHintCookies(db: Db, headers: Headers, now: Date): Promise<string[]> {
  const [claims] = await presentedClaims(headers, now);
  if (!claims) return [];
  const [ended] = await db
    .select({
      name: users.name,
      disabledAt: users.disabledAt,
      revokedReason: sessions.revokedReason,
      expiresAt: sessions.expiresAt,
    })
    .from(sessions)
    .innerJoin(users, and(eq(sessions.id, claims.sid), eq(users.id, sessions.userId), eq(users.id, claims.user_id)));
  if (!ended || ended.revokedReason === 'signed_out') return [];
  return [hintCookie({ name: ended.name, reason: reasonOf(ended, now) }, LOGIN_HINT_KEPT_SECONDS)];
}

/** What the request's hint says; null without one, for anything else that stands there, and for two, of which one was planted. */
export function readLoginHint(headers: Headers): LoginHint | null {
  const [value, another] = new Set(readCookies(headers, 'login_hint'));
  if (value === undefined || another !== undefined) return null;
  try {
    return LoginHint.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
  } catch {
    return null;
  }
}

/** Why nobody is signed in any more; undefined where the hint holds no more than a name. */
export function hintedReason({ reason, expiresAt }: LoginHint, now: Date): SignInNotice | undefined {
  if (reason || expiresAt === undefined) return reason;
  return expiresAt * 1_000 <= now.getTime() ? 'expired' : 'ended';
}

interface Ended {
  revokedReason: string | null;
  disabledAt: Date | null;
  expiresAt: Date;
}

function reasonOf({ revokedReason, disabledAt, expiresAt }: Ended, now: Date): SignInNotice {
  if (revokedReason === RENAMED) return 'password_changed';
  if (isSignInNotice(revokedReason)) return revokedReason;
  if (disabledAt) return 'user_disabled';
  return expiresAt <= now ? 'expired' : 'ended';
}

function hintCookie(hint: LoginHint, maxAgeSeconds: number): string {
  return loginHintCookie(Buffer.from(JSON.stringify(hint)).toString('base64url'), maxAgeSeconds);
}
