/** The one error that our code throws on purpose: a stable code for programs, a sentence for people, a reason for the log. */
import type { ErrorCode, FieldIssue } from './contract/error.ts';
import type { LogEvent } from './log.ts';

/** Every code: the status of its answer, its line in the log, and its sentence unless the error brings one. */
export const ERRORS = {
  cross_site_request: [403, 'malicious_csrf', 'This request came from another site and was refused.'],
  idempotency_mismatch: [422, 'input_validation_fail', 'This Idempotency-Key was already used for another order.'],
  internal_error: [500, 'unexpected_error', 'Something failed on our side. Try again.'],
  invalid_credentials: [401, 'authn_confirm_fail', 'Wrong name or password.'],
  invalid_dpop_proof: [400, 'authn_proof_fail', 'Invalid key proof.'],
  // Clients compare the sentences of `invalid_grant`, `invalid_token` and `wrong_token_kind` byte for byte.
  invalid_grant: [403, 'session_renewal_refused', 'Wrong Token'],
  invalid_request: [400, 'input_validation_fail', 'Some fields are missing or wrong.'],
  invalid_token: [401, 'authz_fail', 'User must be authorized.'],
  method_not_allowed: [405, 'request_refused', 'This method is not allowed here.'],
  not_found: [404, 'request_refused', 'There is nothing at this address.'],
  order_not_cancellable: [409, 'request_refused', 'This order can no longer be cancelled.'],
  order_not_found: [404, 'request_refused', 'There is no such order.'],
  payload_too_large: [413, 'input_validation_fail', 'The request body is too large.'],
  rate_limited: [429, 'excess_rate_limit_exceeded', 'Too many attempts. Wait a moment and try again.'],
  reauthentication_required: [403, 'authz_fail', 'Confirm your password to go on.'],
  session_not_found: [404, 'request_refused', 'There is no such session.'],
  unavailable: [503, 'service_unavailable', 'The service is away for a moment. Try again.'],
  unsupported_media_type: [415, 'input_validation_fail', 'Send the body as application/json.'],
  use_dpop_nonce: [400, 'authn_proof_asked', 'Key proof required.'],
  user_changed: [409, 'authz_fail', 'Somebody else has signed in in this browser since this page was drawn.'],
  wrong_token_kind: [403, 'authz_fail', 'Do not use refresh token.'],
} as const satisfies Record<ErrorCode, readonly [status: number, event: LogEvent, message: string]>;

/** Why a credential was refused. For the log and for decisions of the server: no answer names it. */
export const REFUSAL_REASONS = [
  // Of a token or a proof.
  'bad_signature',
  'expired',
  'malformed',
  'unknown_key',
  'wrong_issuer',
  'wrong_kind',
  'wrong_times',
  // Of a credential.
  'missing',
  'not_believed',
  'no_live_session',
  'revoked',
  // Of a session and its key.
  'key_required',
  'other_key',
  'proof_used',
  'stale_nonce',
  'wrong_address',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

interface AppErrorOptions extends ErrorOptions {
  message?: string;
  issues?: FieldIssue[];
  /** Whole seconds after which trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  headers?: Record<string, string>;
  reason?: RefusalReason | undefined;
  /** The log has a line already, which says more than the code. */
  isLogged?: boolean;
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly issues: FieldIssue[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Record<string, string>;
  readonly reason: RefusalReason | undefined;
  readonly isLogged: boolean;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const { message, issues, retryAfterSeconds, headers = {}, reason, isLogged = false, ...rest } = options;
    super(message ?? ERRORS[code][2], rest);
    this.code = code;
    this.issues = issues?.map(({ path, message }) => ({ path, message: withFullStop(message) }));
    this.retryAfterSeconds = retryAfterSeconds;
    this.headers = headers;
    this.reason = reason;
    this.isLogged = isLogged;
  }
}

/** The one place that ends a sentence about a field, so that no page adds a full stop. */
function withFullStop(sentence: string): string {
  return /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** `invalid_request` for one field. */
export function fieldError(path: string, message: string): AppError {
  return new AppError('invalid_request', { issues: [{ path, message }] });
}
