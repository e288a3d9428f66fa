/** The one error that our code throws on purpose: a stable code for programs, a sentence for people, a reason for the log. */
import type { ErrorCode, FieldIssue } from './contract/error.ts';

/** The default sentence of each code. Those of `invalid_grant`, `invalid_token` and `wrong_token_kind` are older than the codes: clients compare them byte for byte. */
const MESSAGES = {
  cross_site_request: 'This request came from another site and was refused.',
  idempotency_mismatch: 'This Idempotency-Key was already used for another order.',
  internal_error: 'Something failed on our side. Try again.',
  invalid_credentials: 'Wrong name or password.',
  invalid_dpop_proof: 'Invalid key proof.',
  invalid_grant: 'Wrong Token',
  invalid_request: 'Some fields are missing or wrong.',
  invalid_token: 'User must be authorized.',
  method_not_allowed: 'This method is not allowed here.',
  not_found: 'There is nothing at this address.',
  order_not_cancellable: 'This order can no longer be cancelled.',
  order_not_found: 'There is no such order.',
  payload_too_large: 'The request body is too large.',
  rate_limited: 'Too many attempts. Wait a moment and try again.',
  reauthentication_required: 'Confirm your password to go on.',
  session_not_found: 'There is no such session.',
  unavailable: 'The service is away for a moment. Try again.',
  unsupported_media_type: 'Send the body as application/json.',
  use_dpop_nonce: 'Key proof required.',
  user_changed: 'Somebody else has signed in in this browser since this page was drawn.',
  wrong_token_kind: 'Do not use refresh token.',
} as const satisfies Record<ErrorCode, string>;

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

export interface AppErrorOptions extends ErrorOptions {
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
    super(message ?? MESSAGES[code], rest);
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
