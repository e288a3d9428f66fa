/** Tells a database that is away for a moment from a fault in our own statement. */

/** Node's connection errors, and PostgreSQL's classes 08 (connection), 53 (resources) and 57 (operator intervention, time-out). */
const AWAY_CODE = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_|08|53|57|25006)/;
/** What `pg` throws without a code. */
const AWAY_MESSAGE =
  /connection (terminated|ended|closed)|timeout (exceeded|expired)|Query read timeout|PGlite is closed|Cannot use a pool after calling end/i;

/** drizzle wraps what the driver threw, so the causes are looked at too. */
export function isDatabaseAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code: unknown = 'code' in at ? at.code : undefined;
    if (typeof code === 'string' && AWAY_CODE.test(code)) return true;
    if (AWAY_MESSAGE.test(at.message)) return true;
  }
  return false;
}
