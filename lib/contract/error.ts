/** The error body of every `/api/*` answer that is not 2xx, and the closed list of its codes. */
import { z } from 'zod';

/** Stable codes for programs. RFC names where one exists (RFC 6749 5.2, 6750 3.1, 9449 5), otherwise ours. */
export const ErrorCode = z.enum([
  'cross_site_request',
  'idempotency_mismatch',
  'internal_error',
  'invalid_credentials',
  'invalid_dpop_proof',
  'invalid_grant',
  'invalid_request',
  'invalid_token',
  'method_not_allowed',
  'not_found',
  'order_not_cancellable',
  'order_not_found',
  'payload_too_large',
  'rate_limited',
  'reauthentication_required',
  'session_not_found',
  'unavailable',
  'unsupported_media_type',
  'use_dpop_nonce',
  'user_changed',
  'wrong_token_kind',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** One refused field: where it stands (`lines.0.quantity`, empty for the body itself) and a sentence about it. */
export const FieldIssue = z.object({ path: z.string(), message: z.string() });
export type FieldIssue = z.infer<typeof FieldIssue>;

export const ErrorBody = z.object({
  error: ErrorCode,
  message: z.string(),
  issues: z.array(FieldIssue).optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
