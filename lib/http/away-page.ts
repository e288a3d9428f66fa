/** The page for a browser while the database is away. It reloads automatically, also without JavaScript. */
import { barePage } from './bare-page.ts';

const RETRY_AFTER_SECONDS = 3;

export function awayPage(): Response {
  return barePage({
    status: 503,
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
    head: `<meta http-equiv="refresh" content="${RETRY_AFTER_SECONDS}">`,
    title: 'Reconnecting · Tandem',
    body: '<main><h1>Reconnecting…</h1><p>The server is away for a moment. Nothing you placed or wrote is lost, and you are still signed in. This page tries again by itself.</p></main>',
  });
}
