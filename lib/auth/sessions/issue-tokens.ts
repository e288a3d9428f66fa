/** The one place where tokens come from. */
import { env } from '../../env.ts';
import { signAccessToken } from '../tokens/access-token.ts';
import { randomId } from '../tokens/random-id.ts';
import { signRefreshToken } from '../tokens/refresh-token.ts';
import type { Session } from './sessions.ts';

export interface IssuedTokens {
  accessToken: string;
  accessTokenLifetimeSeconds: number;
  /** Null when none was asked for: a refresh hands out an access token only. */
  refreshToken: string | null;
  /** What is left of the refresh token's life, asked for or not. */
  refreshTokenLifetimeSeconds: number;
}

export interface IssueOptions {
  needRefreshToken?: boolean;
}

/**
 * Issues an access token for a live session and, by default, its refresh token. The refresh token of a session is the same every time: its id and
 * its end stand in the session's row, so nothing a refresh does can change or prolong it. No access token outlives its session.
 */
export async function issueTokens(
  session: Session,
  now: Date,
  { needRefreshToken = true }: IssueOptions = {},
): Promise<IssuedTokens> {
  const subject = { userId: session.userId, sessionId: session.id };
  const refreshTokenLifetimeSeconds = secondsBetween(now, session.expiresAt);
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

/** Where the browser renews by itself that costs nobody anything, so a copied token may die sooner. */
function lifetimeSeconds({ dbscId }: Session): number {
  const { accessTokenLifetimeSeconds, boundAccessTokenLifetimeSeconds } = env();
  return dbscId === null ? accessTokenLifetimeSeconds : boundAccessTokenLifetimeSeconds;
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.floor((to.getTime() - from.getTime()) / 1_000));
}
