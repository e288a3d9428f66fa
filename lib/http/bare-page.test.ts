/** The pages that work without the app: as any of them, after a refusal, and while the database is away. */
import { describe, expect, test } from 'vitest';
import { json } from './answers.ts';
import { awayPage } from './away-page.ts';
import { barePage } from './bare-page.ts';
import { refusalPage } from './refusal-page.ts';

const policyOf = (page: Response) => page.headers.get('Content-Security-Policy')?.split('; ');
const NOTHING_ALLOWED = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];
const titleOf = (html: string) => /<title>(.*)<\/title>/.exec(html)?.[1];

describe('a page without the app', () => {
  test('is HTML that no cache keeps, and may load and run nothing', async () => {
    const page = barePage({ title: 'Hello', body: '<p>there</p>' });
    expect([page.status, page.headers.get('Content-Type'), page.headers.get('Cache-Control')]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
    ]);
    expect(policyOf(page)).toEqual(NOTHING_ALLOWED);
    const html = await page.text();
    expect(html).toMatch(/^<!DOCTYPE html><html lang="en">.*<p>there<\/p><\/html>$/);
    expect(titleOf(html)).toBe('Hello');
    expect(html.match(/<meta [^>]*>/g)).toHaveLength(3);
    // All of a page's head is what was given.
    expect(html.replace(/<[^>]*>/g, '')).toBe('Hellothere');
  });

  test('has the status, headers, head and policy that it is given', async () => {
    const page = barePage({
      title: 'Hello',
      body: '',
      head: '<meta name="robots" content="noindex">',
      status: 418,
      headers: { 'Retry-After': '3' },
      policy: ["script-src 'sha256-x'"],
    });
    expect([page.status, page.headers.get('Retry-After')]).toEqual([418, '3']);
    expect(policyOf(page)).toEqual([...NOTHING_ALLOWED, "script-src 'sha256-x'"]);
    expect(await page.text()).toContain('<meta name="robots" content="noindex"><title>');
  });
});

test.each([
  ['order_not_found', 'There is no such order.'],
  ['invalid_token', 'You are not signed in.'],
  ['order_not_cancellable', 'This did not work, and nothing was changed.'],
] as const)('a person who is refused with %s reads a sentence, and can go on', async (code, sentence) => {
  const answer = json(409, {}, { 'WWW-Authenticate': 'Bearer' });
  const page = refusalPage(code, answer);
  const html = await page.text();
  expect(html).toContain(`<h1>${sentence}</h1>`);
  expect(html).toContain('<a href="/order">');
  expect(titleOf(html)).toBe('Tandem');
  expect([page.status, page.headers.get('WWW-Authenticate'), page.headers.get('Content-Type')]).toEqual([
    409,
    'Bearer',
    'text/html; charset=utf-8',
  ]);
});

test('while the database is away a page says so, and opens itself again when the answer says', async () => {
  const page = awayPage();
  const html = await page.text();
  expect([page.status, page.headers.get('Retry-After')]).toEqual([503, '3']);
  expect(html).toContain('<meta http-equiv="refresh" content="3">');
  expect(titleOf(html)).toMatch(/^Reconnecting/);
  expect(html).toMatch(/<h1>Reconnecting.*you are still signed in/);
});
