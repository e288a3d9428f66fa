/** The login hint: a cookie for `/login` alone, with the name to fill in and the reason why the session ended. Signing out removes it. */
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { USER_NAME_MAX_CHARS } from '../../contract/limits.ts';
import { isSignInNotice, type SignInNotice } from '../../contract/sign-in-notice.ts';
import type { Db } from '../../db/client.ts';
import { sessions, users } from '../../db/schema.ts';
import type { UserRow } from '../passwords/users.ts';
import { type Cookies, loginHintCookie } from '../request/cookies.ts';
import type { PresentedRefresh } from '../request/refresh-claims.ts';
import { REPLACED, type SessionRow } from '../sessions/sessions.ts';
import { LOGIN_HINT_KEPT_SECONDS, TYPED_NAME_KEPT_SECONDS } from './refresh-limits.ts';

const LoginHint = z.object({
  name: z.string().min(1).max(USER_NAME_MAX_CHARS),
  /** Why the session of this name has ended. */
  reason: z.custom<SignInNotice>(isSignInNotice).optional(),
  /** Of the session that began here: its end and its length, in seconds. */
  expiresAt: z.int().optional(),
  lifetime: z.int().optional(),
});
export type LoginHint = z.infer<typeof LoginHint>;

/** For a sign-in that succeeded. Outlives the session and its cookies. */
export function signedInHintCookie(name: string, lifetimeSeconds: number, now: Date): string {
  const expiresAt = Math.floor(now.getTime() / 1_000) + lifetimeSeconds;
  return hintCookie({ name, expiresAt, lifetime: lifetimeSeconds }, lifetimeSeconds + LOGIN_HINT_KEPT_SECONDS);
}

/** For a native form that goes back to its page: the name as typed, unless no user can have it. */
export function typedNameCookies(name: unknown): string[] {
  const { data } = LoginHint.safeParse({ name });
  return data ? [hintCookie(data, TYPED_NAME_KEPT_SECONDS)] : [];
}

/** The user of the refused refresh cookie, and why the session ended. Nothing after a sign-out. */
export async function refusedHintCookies(db: Db, presented: PresentedRefresh, now: Date): Promise<string[]> {
  const [claims] = presented.claims;
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

/** Null without a hint, for one that cannot be read, and for two, of which one was planted. */
export function readLoginHint({ login_hint }: Cookies): LoginHint | null {
  const [value, another] = new Set(login_hint);
  if (value === undefined || another !== undefined) return null;
  try {
    return LoginHint.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
  } catch {
    return null;
  }
}

/** Why the session ended; undefined where the hint holds only a name. */
export function hintedReason({ reason, expiresAt }: LoginHint, now: Date): SignInNotice | undefined {
  if (reason || expiresAt === undefined) return reason;
  return expiresAt * 1_000 <= now.getTime() ? 'expired' : 'ended';
}

type Ended = Pick<SessionRow, 'revokedReason' | 'expiresAt'> & Pick<UserRow, 'disabledAt'>;

function reasonOf({ revokedReason, disabledAt, expiresAt }: Ended, now: Date): SignInNotice {
  if (revokedReason === REPLACED) return 'password_changed';
  if (isSignInNotice(revokedReason)) return revokedReason;
  if (disabledAt) return 'user_disabled';
  return expiresAt <= now ? 'expired' : 'ended';
}

function hintCookie(hint: LoginHint, maxAgeSeconds: number): string {
  return loginHintCookie(Buffer.from(JSON.stringify(hint)).toString('base64url'), maxAgeSeconds);
}
