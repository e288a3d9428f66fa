/** Tell an unavailable database from a fault in our own statement. */

/**
 * Node's connection errors, and PostgreSQL's classes 08 (connection), 53 (resources) and 57 (operator intervention, time-out); 25006 is a
 * read-only replica. Class 28, 3D000 and 55000: an operator closed the database to a running process.
 */
const AWAY_CODE = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_|08|28|53|57|25006|3D000|55000)/;
/** Messages of errors that `pg` throws without a code. */
const AWAY_MESSAGE =
  /connection (terminated|ended|closed)|not queryable|timeout (exceeded|expired)|Query read timeout|PGlite is closed|Cannot use a pool after calling end/i;

/** drizzle wraps the driver's error, so this checks the causes too. */
export function isDatabaseAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code: unknown = 'code' in at ? at.code : undefined;
    if (typeof code === 'string' && AWAY_CODE.test(code)) return true;
    if (AWAY_MESSAGE.test(at.message)) return true;
  }
  return false;
}

/** What was thrown first: drizzle wraps what the driver threw, and Node gathers one refusal per address of a host name. */
export function innermostCause(error: unknown): unknown {
  const cause = error instanceof AggregateError ? error.errors[0] : error instanceof Error ? error.cause : undefined;
  return cause ? innermostCause(cause) : error;
}

export function firstLineOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);
}
