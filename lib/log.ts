/** One JSON line per event on standard output. Callers never pass a token, password, cookie or proof. */
import { pino } from 'pino';
import { env } from './env.ts';
import { processWide } from './process-wide.ts';
import { requestContext } from './request-context.ts';

/** Every event and its level. Names follow the OWASP logging vocabulary where it has one. */
const EVENTS = {
  authn_confirm_fail: 'warn',
  authn_key_mismatch: 'warn',
  authn_login_fail: 'warn',
  authn_login_success: 'info',
  authn_password_change: 'info',
  authn_proof_asked: 'info',
  authn_proof_fail: 'warn',
  authn_token_reuse: 'warn',
  authz_fail: 'info',
  excess_rate_limit_exceeded: 'warn',
  follow_up_failed: 'error',
  housekeeping_failed: 'error',
  input_validation_fail: 'info',
  malicious_csp_violation: 'warn',
  malicious_csrf: 'warn',
  request_failed: 'error',
  request_refused: 'info',
  server_error_message: 'error',
  server_message: 'info',
  service_unavailable: 'error',
  session_created: 'info',
  session_logout: 'info',
  session_renewal_refused: 'warn',
  session_renewed: 'info',
  session_revoked: 'info',
  stop_failed: 'error',
  sys_crash: 'fatal',
  sys_shutdown: 'info',
  sys_startup: 'info',
  unexpected_error: 'error',
} as const satisfies Record<string, 'info' | 'warn' | 'error' | 'fatal'>;
export type LogEvent = keyof typeof EVENTS;

type LogFields = Record<string, string | number | null>;

const log = () =>
  processWide('log', () =>
    pino({
      level: env().logLevel,
      base: null,
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    }),
  );

export function logEvent(event: LogEvent, fields: LogFields = {}): void {
  log()[EVENTS[event]]({ event, ...requestFields(), ...fields });
}

/** The stack goes into the line and never into the answer. */
export function logError(event: LogEvent, error: unknown): void {
  logEvent(event, { cause: errorText(error) });
}

/** Stacks from the error to its first cause, without the values of a failed query: one may be a session id, a hash, or a password typed as a name. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = (error.stack ?? error.message).replace(error.message, () => withoutValues(error.message));
  return error.cause === undefined ? own : `${own}\nCaused by: ${errorText(error.cause)}`;
}

/** drizzle writes `Failed query: select …` and puts the values on the next line. */
function withoutValues(message: string): string {
  return message.split('\nparams: ', 1)[0] ?? '';
}

function requestFields(): LogFields {
  const context = requestContext();
  if (!context) return {};
  const { requestId, method, route, address, userId } = context;
  return { request_id: requestId, method, route, address, ...(userId !== undefined && { user_id: userId }) };
}
