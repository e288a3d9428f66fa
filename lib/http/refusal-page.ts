/** What a person reads whose browser opened an address of the API itself, or sent it a form: a page, not JSON. */
import type { ErrorCode } from '../contract/error.ts';

/** As strict as the API's own, without its sandbox, in which the link would lead nowhere. */
const CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
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

/** The same status and headers as `answer`, which is the API's own to this refusal. */
export function refusalPage(code: ErrorCode, answer: Response): Response {
  const headers = new Headers(answer.headers);
  headers.set('Content-Type', 'text/html; charset=utf-8');
  headers.set('Content-Security-Policy', CSP);
  const sentence = SENTENCES[code] ?? OTHER;
  const html = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Tandem</title><main><h1>${sentence}</h1><p><a href="/order">Go to your orders</a></p></main></html>`;
  return new Response(html, { status: answer.status, headers });
}
