/** Issue tokens for a session. No other file does. */
import { env } from '../../env.ts';
import { secondsLeft } from '../../seconds.ts';
import { signAccessToken } from '../tokens/access-token.ts';
import { randomId } from '../tokens/random-id.ts';
import { signRefreshToken } from '../tokens/refresh-token.ts';
import type { Session } from './sessions.ts';

export interface IssuedTokens {
  accessToken: string;
  accessTokenLifetimeSeconds: number;
  /** Null when none was asked for: a refresh issues an access token only. */
  refreshToken: string | null;
  /** The rest of the refresh token's life, asked for or not. */
  refreshTokenLifetimeSeconds: number;
}

/**
 * Issue an access token for a live session and, by default, its refresh token. A session's refresh token is the same every time: its id and
 * its end are in the session's row, so no refresh can change or extend it. No access token outlives its session.
 */
export async function issueTokens(
  session: Session,
  now: Date,
  { needRefreshToken = true }: { needRefreshToken?: boolean } = {},
): Promise<IssuedTokens> {
  const subject = { userId: session.userId, sessionId: session.id };
  const refreshTokenLifetimeSeconds = secondsLeft(session.expiresAt, now);
  const accessTokenLifetimeSeconds = Math.min(lifetimeSeconds(session), refreshTokenLifetimeSeconds);
  const expiresAt = new Date(now.getTime() + accessTokenLifetimeSeconds * 1_000);
  return {
    accessToken: await signAccessToken({ ...subject, tokenId: randomId(), expiresAt }, now),
    accessTokenLifetimeSeconds,
    refreshToken: needRefreshToken
      ? await signRefreshToken(
          { ...subject, tokenId: session.refreshJti, expiresAt: session.expiresAt, jkt: session.jkt },
          session.createdAt,
        )
      : null,
    refreshTokenLifetimeSeconds,
  };
}

/** A refresh by the browser itself is cheap, so its access tokens are short-lived: a copied one dies sooner. */
function lifetimeSeconds({ dbscId }: Session): number {
  const { accessTokenLifetimeSeconds, boundAccessTokenLifetimeSeconds } = env();
  return dbscId === null ? accessTokenLifetimeSeconds : boundAccessTokenLifetimeSeconds;
}
