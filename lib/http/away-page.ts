/** What a browser shows while the database is away: it says so, and tries again by itself, also without JavaScript. */

const RETRY_AFTER_SECONDS = 3;
const HTML = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="${RETRY_AFTER_SECONDS}"><title>Reconnecting · Tandem</title><main><h1>Reconnecting…</h1><p>The server is away for a moment. Nothing you placed or wrote is lost, and you are still signed in. This page tries again by itself.</p></main>`;

/** Without `sandbox`, which answers of the API carry: a page in one does not open itself again. */
const CSP = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

export function awayPage(): Response {
  return new Response(HTML, {
    status: 503,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': CSP,
      'Retry-After': String(RETRY_AFTER_SECONDS),
    },
  });
}
