/** Counters in the database, so that a limit holds across instances and restarts. */
import { createHash } from 'node:crypto';
import { RateLimiterDrizzle, RateLimiterRes } from 'rate-limiter-flexible';
import type { Db } from '../../db/client.ts';
import { rateLimits } from '../../db/schema.ts';
import { AppError } from '../../errors.ts';
import { CLOCK_SKEW_SECONDS } from '../tokens/token-limits.ts';

const CLOCK_SKEW_MS = CLOCK_SKEW_SECONDS * 1_000;

export interface Limit {
  /** Separates this limit from others with the same key. */
  name: string;
  /** Allowed per window; the window starts with the first. */
  count: number;
  windowSeconds: number;
}

/** One limit applied to one key. */
export interface Counter {
  /** Add one and return the count; throws `rate_limited` with the seconds to wait beyond the limit. */
  count(windowSeconds?: number): Promise<number>;
  takeBack(): Promise<void>;
  forget(): Promise<void>;
}

/** The key is stored as a digest: people type passwords into the name field. */
export function counter(db: Db, { name, count, windowSeconds }: Limit, key: string): Counter {
  const digest = createHash('sha256').update(key).digest('base64url');
  const limiter = new RateLimiterDrizzle({
    storeClient: db,
    schema: rateLimits,
    keyPrefix: name,
    points: count,
    duration: windowSeconds,
    clearExpiredByTimeout: false,
  });
  /** For a window that ends later than any that starts now: the clock was set back. */
  async function startAgain(customDuration: number): Promise<number> {
    await limiter.delete(digest);
    return (await limiter.consume(digest, 1, { customDuration })).consumedPoints;
  }
  return {
    async count(customDuration = windowSeconds) {
      try {
        return (await limiter.consume(digest, 1, { customDuration })).consumedPoints;
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        if (error.msBeforeNext > windowSeconds * 1_000 + CLOCK_SKEW_MS) return startAgain(customDuration);
        throw new AppError('rate_limited', { retryAfterSeconds: Math.max(1, Math.ceil(error.msBeforeNext / 1_000)) });
      }
    },
    async takeBack() {
      await limiter.reward(digest);
    },
    async forget() {
      await limiter.delete(digest);
    },
  };
}
