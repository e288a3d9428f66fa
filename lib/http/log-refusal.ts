/** The log line of a refusal. */
import type { ErrorCode } from '../contract/error.ts';
import { type AppError, ERRORS } from '../errors.ts';
import { type LogEvent, logError, logEvent } from '../log.ts';
import { requestContext } from '../request-context.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Every refusal has one line: this one, unless the place that found it has written its own. It names the wrong fields, never their values. */
export function logRefusal(error: AppError): void {
  const { code, reason, isLogged } = error;
  const fields = error.issues?.map((issue) => issue.path).join(' ');
  if (code === 'internal_error' || code === 'unavailable') logError(ERRORS[code][1], error.cause ?? error);
  else if (!isLogged) logEvent(eventOf(code), { code, ...(fields && { fields }), ...(reason && { reason }) });
}

/** A picture on another site that points here is no attack, and comes once for each reader of that site. */
function eventOf(code: ErrorCode): LogEvent {
  const isReading = READING.has(requestContext()?.method ?? '');
  return code === 'cross_site_request' && isReading ? 'authz_fail' : ERRORS[code][1];
}
