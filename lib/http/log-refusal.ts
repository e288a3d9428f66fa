/** The log line of a refusal. */
import type { ErrorCode } from '../contract/error.ts';
import type { AppError } from '../errors.ts';
import { type LogEvent, logError, logEvent } from '../log.ts';
import { requestContext } from '../request-context.ts';

/** Every refusal has one line: this one, unless the place that found it has written its own. */
const EVENTS: Record<ErrorCode, LogEvent> = {
  cross_site_request: 'malicious_csrf',
  idempotency_mismatch: 'input_validation_fail',
  internal_error: 'unexpected_error',
  invalid_credentials: 'authn_confirm_fail',
  invalid_dpop_proof: 'authn_proof_fail',
  invalid_grant: 'session_renewal_refused',
  invalid_request: 'input_validation_fail',
  invalid_token: 'authz_fail',
  method_not_allowed: 'request_refused',
  not_found: 'request_refused',
  order_not_cancellable: 'request_refused',
  order_not_found: 'request_refused',
  payload_too_large: 'input_validation_fail',
  rate_limited: 'excess_rate_limit_exceeded',
  reauthentication_required: 'authz_fail',
  session_not_found: 'request_refused',
  unavailable: 'service_unavailable',
  unsupported_media_type: 'input_validation_fail',
  use_dpop_nonce: 'authn_proof_asked',
  user_changed: 'authz_fail',
  wrong_token_kind: 'authz_fail',
};
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Names the wrong fields, never their values. */
export function logRefusal(error: AppError): void {
  const { code, reason, isLogged } = error;
  const fields = error.issues?.map((issue) => issue.path).join(' ');
  if (code === 'internal_error' || code === 'unavailable') logError(EVENTS[code], error.cause ?? error);
  else if (!isLogged) logEvent(eventOf(code), { code, ...(fields && { fields }), ...(reason && { reason }) });
}

/** A picture on another site that points here is no attack, and comes once for each reader of that site. */
function eventOf(code: ErrorCode): LogEvent {
  const isReading = READING.has(requestContext()?.method ?? '');
  return code === 'cross_site_request' && isReading ? 'authz_fail' : EVENTS[code];
}
