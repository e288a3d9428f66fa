/** What is said when signing in did not work, for each reason there can be. */

const SENTENCES: Record<string, string> = {
  invalid_credentials: 'Wrong name or password.',
  invalid_request: 'Fill in both name and password.',
  rate_limited: 'Too many attempts. Wait a few minutes, then try again.',
  unavailable: 'Signing in does not work at the moment. Try again in a minute.',
  cookies: 'This browser did not keep the sign-in. Allow cookies for this site, then try again.',
  cross_site_request: 'This form was opened from another site. Sign in from this page instead.',
  invalid_dpop_proof: 'Signing in here needs JavaScript, and a browser that may keep a key for this site.',
  key: 'This browser’s key for your session is gone. Sign in again; nothing else has changed.',
  script: 'Without JavaScript the session you had cannot go on. Sign in to begin a new one.',
  network: 'There is no connection to the server. Your entries are kept; try again.',
};

const OTHER = 'Signing in did not work. Try again in a minute.';

/** The code stands in the address, so it may be anything, `toString` too. */
export function signInProblem(code: string): string {
  return (Object.hasOwn(SENTENCES, code) && SENTENCES[code]) || OTHER;
}
