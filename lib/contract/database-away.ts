/** How Next's page data says that the database was away: by the digest of the error in the page's place. */

export const AWAY_DIGEST = 'database-away';

/** A whole line, which no value in the data can be. */
const AWAY_LINE = new RegExp(`^[0-9a-f]+:E\\{"digest":"${AWAY_DIGEST}"\\}$`, 'm');

export function saysAway(pageData: string): boolean {
  return AWAY_LINE.test(pageData);
}
