/** The page for a browser that opened an address of the API itself, or sent it a form, and was refused. */
import type { ErrorCode } from '../contract/error.ts';
import { barePage } from './bare-page.ts';

const OTHER = 'This did not work, and nothing was changed.';

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  cross_site_request: 'This was sent from another site, so nothing was done.',
  internal_error: 'Something failed on our side. Check whether it was done before you try again.',
  invalid_grant: 'You are not signed in.',
  invalid_token: 'You are not signed in.',
  method_not_allowed: 'This address is for programs, and nothing was changed.',
  not_found: 'There is nothing at this address.',
  order_not_found: 'There is no such order.',
  payload_too_large: 'What was sent is too long, so nothing was done.',
  rate_limited: 'That was too often. Wait a minute, then try again.',
  unavailable: 'The server is away for a moment. Try again in a minute.',
};

/** Keeps status and headers of `answer`, the API's own to this refusal. */
export function refusalPage(code: ErrorCode, { status, headers }: Response): Response {
  const sentence = SENTENCES[code] ?? OTHER;
  const body = `<main><h1>${sentence}</h1><p><a href="/order">Go to your orders</a></p></main>`;
  return barePage({ status, headers, title: 'Tandem', body });
}
