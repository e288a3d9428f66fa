/** Error → answer: status, body, the challenge, and the time to wait. */
import { proofNonce } from '../auth/binding/proof-nonce.ts';
import type { ErrorBody, ErrorCode } from '../contract/error.ts';
import { lastDatabaseTime } from '../db/clock.ts';
import { type AppError, ERRORS } from '../errors.ts';
import { json } from './answers.ts';

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
export function errorResponse(error: AppError, status: number = ERRORS[error.code][0]): Response {
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
