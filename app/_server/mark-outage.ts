/** Marks an outage as one, on its way from a page's query to the browser, which then waits instead of showing that the page failed. */
import { AWAY_DIGEST } from '../../lib/contract/database-away.ts';
import { isDatabaseAway } from '../../lib/db/failures.ts';
import { AppError } from '../../lib/errors.ts';

/** Hands on what was read. Next sends the digest of an error to the browser, and nothing else of it. */
export async function markOutage<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const isAway = isDatabaseAway(error) || (error instanceof AppError && error.code === 'unavailable');
    throw isAway && error instanceof Error ? Object.assign(error, { digest: AWAY_DIGEST }) : error;
  }
}
