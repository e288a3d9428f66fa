/** Error → answer: one table from code to status, the challenge, and the time to wait. */
import { proofNonce } from '../auth/binding/proof-nonce.ts';
import type { ErrorBody, ErrorCode } from '../contract/error.ts';
import { lastDatabaseTime } from '../db/clock.ts';
import type { AppError } from '../errors.ts';
import { json } from './answers.ts';

export const STATUS = {
  cross_site_request: 403,
  idempotency_mismatch: 422,
  internal_error: 500,
  invalid_credentials: 401,
  invalid_dpop_proof: 400,
  invalid_grant: 403,
  invalid_request: 400,
  invalid_token: 401,
  method_not_allowed: 405,
  not_found: 404,
  order_not_cancellable: 409,
  order_not_found: 404,
  payload_too_large: 413,
  rate_limited: 429,
  reauthentication_required: 403,
  session_not_found: 404,
  unavailable: 503,
  unsupported_media_type: 415,
  use_dpop_nonce: 400,
  user_changed: 409,
  wrong_token_kind: 403,
} as const satisfies Record<ErrorCode, number>;

/** Seconds to wait where the error does not say (RFC 9110 10.2.3). */
const RETRY_AFTER_SECONDS: Partial<Record<ErrorCode, number>> = {
  rate_limited: 60,
  unavailable: 2,
};

/** RFC 9449 7.1. */
const OTHER_KEY_CHALLENGE = 'DPoP error="invalid_token", error_description="Invalid DPoP key binding", algs="ES256"';

/** Every 401 names the scheme it expects (RFC 6750 3); without a credential it carries no error code (3.1). */
function challengeOf({ code, reason }: AppError): string | undefined {
  if (code === 'invalid_grant' && reason === 'other_key') return OTHER_KEY_CHALLENGE;
  if (code === 'invalid_token' && reason !== 'missing') return 'Bearer error="invalid_token"';
  return code === 'invalid_token' || code === 'invalid_credentials' ? 'Bearer' : undefined;
}

/** `status` only where another protocol wants another one. */
export function errorResponse(error: AppError, status: number = STATUS[error.code]): Response {
  const body: ErrorBody = {
    error: error.code,
    message: error.message,
    ...(error.issues && { issues: error.issues }),
  };
  const response = json(status, body, error.headers);
  const challenge = challengeOf(error);
  if (challenge) response.headers.set('WWW-Authenticate', challenge);
  const retryAfterSeconds = error.retryAfterSeconds ?? RETRY_AFTER_SECONDS[error.code];
  if (retryAfterSeconds !== undefined) response.headers.set('Retry-After', String(retryAfterSeconds));
  // A client refreshes next, and then has a nonce already.
  return error.code === 'invalid_token' ? withProofNonce(response) : response;
}

export function withProofNonce(response: Response): Response {
  response.headers.set('DPoP-Nonce', proofNonce(lastDatabaseTime()));
  return response;
}
