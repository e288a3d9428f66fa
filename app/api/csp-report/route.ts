/** `POST /api/csp-report`: browsers say here what the content security policy of a page has stopped. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '../../../lib/auth/caller/network.ts';
import { CspReports } from '../../../lib/contract/csp-report.ts';
import { AppError } from '../../../lib/errors.ts';
import { noContent } from '../../../lib/http/answers.ts';
import { open, route } from '../../../lib/http/route.ts';
import { logEvent } from '../../../lib/log.ts';
import { processWide } from '../../../lib/process-wide.ts';

export const dynamic = 'force-dynamic';

const REPORTS_PER_ADDRESS = 20;
const WINDOW_SECONDS = 60;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: open({ body: CspReports, bodyTypes: ['report', 'json'] }, async ({ body, caller }) => {
    await limit(caller.address);
    for (const violation of body) logEvent('malicious_csp_violation', { ...violation });
    return noContent();
  }),
});

/** Of this process only: what is reported is noise to be kept short, and nothing to guard across instances. */
async function limit(address: string): Promise<void> {
  const options = { points: REPORTS_PER_ADDRESS, duration: WINDOW_SECONDS };
  const limiter = processWide('csp-reports', () => new RateLimiterMemory(options));
  try {
    await limiter.consume(networkOf(address));
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new AppError('rate_limited', { retryAfterSeconds: Math.ceil(error.msBeforeNext / 1_000) });
  }
}
