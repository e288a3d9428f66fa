/** `GET /api/metrics`: figures for Prometheus. Requires `METRICS_TOKEN`; 404 without that variable. */
import { denySetState } from '../../../lib/auth/sessions/deny-set.ts';
import { areEqual } from '../../../lib/auth/tokens/equal-secrets.ts';
import { env } from '../../../lib/env.ts';
import { AppError } from '../../../lib/errors.ts';
import { plainText } from '../../../lib/http/answers.ts';
import { open, route } from '../../../lib/http/route.ts';
import { metricsText } from '../../../lib/metrics.ts';

export const dynamic = 'force-dynamic';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: open({}, async ({ credential }) => {
    const { metricsToken } = env();
    if (!metricsToken) throw new AppError('not_found');
    const given = credential.via === 'authorization' ? credential.token : '';
    if (!areEqual(given, metricsToken)) throw new AppError('invalid_token');
    return plainText(await metricsText(denySetState()));
  }),
});
