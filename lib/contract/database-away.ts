/** How a page that could not be made says that the database is away: in Next's page data, by the digest of its error. */

export const AWAY_DIGEST = 'database-away';

/** A whole line, which no value inside the data can be. */
const AWAY_LINE = new RegExp(`^[0-9a-f]+:E\\{"digest":"${AWAY_DIGEST}"\\}$`, 'm');

export function saysAway(pageData: string): boolean {
  return AWAY_LINE.test(pageData);
}
