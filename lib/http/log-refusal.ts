/** Which refusals are worth a line in the log, and under which name. */
import type { ErrorCode } from '../contract/error.ts';
import type { AppError } from '../errors.ts';
import { type LogEvent, logError, logEvent } from '../log.ts';

/** What is missing here has been logged where it was found out, or is no security event. */
const EVENTS: Partial<Record<ErrorCode, LogEvent>> = {
  cross_site_request: 'malicious_csrf',
  invalid_request: 'input_validation_fail',
  invalid_token: 'authz_fail',
  payload_too_large: 'input_validation_fail',
  rate_limited: 'excess_rate_limit_exceeded',
  reauthentication_required: 'authz_fail',
  unsupported_media_type: 'input_validation_fail',
  user_changed: 'authz_fail',
  wrong_token_kind: 'authz_fail',
};

/** Names the fields that were wrong, never what stood in them. */
export function logRefusal(error: AppError): void {
  const event = EVENTS[error.code];
  const fields = error.issues?.map((issue) => issue.path).join(' ');
  if (error.code === 'internal_error') logError('unexpected_error', error.cause ?? error);
  else if (error.code === 'unavailable') logError('service_unavailable', error.cause ?? error);
  else if (event) logEvent(event, { code: error.code, ...(fields && { fields }) });
}
