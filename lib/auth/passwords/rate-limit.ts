/** Counters in the database, so that a limit holds across instances and restarts. */
import { createHash } from 'node:crypto';
import { RateLimiterDrizzle, RateLimiterRes } from 'rate-limiter-flexible';
import type { Db } from '../../db/client.ts';
import { rateLimits } from '../../db/schema.ts';
import { AppError } from '../../errors.ts';
import { CLOCK_SKEW_SECONDS } from '../tokens/policy.ts';

const CLOCK_SKEW_MS = CLOCK_SKEW_SECONDS * 1_000;

export interface Limit {
  /** Tells what is counted from other counts of the same key. */
  name: string;
  /** So many in a window, which begins with the first. */
  count: number;
  windowSeconds: number;
}

/** One count of one thing. */
export interface Counter {
  /** Counts one more and returns how many there are; throws `rate_limited`, with the seconds to wait, beyond the limit. */
  count(windowSeconds?: number): Promise<number>;
  takeBack(): Promise<void>;
  forget(): Promise<void>;
}

/** The key is kept as a digest only: people type passwords into the name field. */
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
  /** The window would end later than any that begins now: the clock was set back since. */
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
