/** What a client gets in each shape of an answer. */
import { expect, test } from 'vitest';
import { json, noContent, plainText, sameRequestAt, seeOther, withCookies } from './answers.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const NO_STORE = { 'cache-control': 'no-store' };

test.each<[what: string, answer: () => Response, status: number, headers: Record<string, string>, body: string]>([
  ['JSON', () => json(201, { a: [1] }), 201, { 'content-type': JSON_TYPE, ...NO_STORE }, '{"a":[1]}'],
  [
    'JSON with a header of its own',
    () => json(200, null, { Location: '/x' }),
    200,
    { 'content-type': JSON_TYPE, location: '/x', ...NO_STORE },
    'null',
  ],
  ['text', () => plainText('up 1'), 200, { 'content-type': 'text/plain; charset=utf-8', ...NO_STORE }, 'up 1'],
  ['nothing', () => noContent(), 204, NO_STORE, ''],
  ['another page', () => seeOther('/order'), 303, { location: '/order', ...NO_STORE }, ''],
  [
    'another page with a header of its own',
    () => seeOther('/order', { 'X-Own': 'y' }),
    303,
    { location: '/order', 'x-own': 'y', ...NO_STORE },
    '',
  ],
  ['the same request elsewhere', () => sameRequestAt('/api/x'), 307, { location: '/api/x', ...NO_STORE }, ''],
])('%s has its status, its type and its body, and no cache keeps it', async (_what, make, status, headers, body) => {
  const answer = make();
  expect([answer.status, Object.fromEntries(answer.headers), await answer.text()]).toEqual([status, headers, body]);
});

test('every cookie has a header of its own, and the answer stays as it was', async () => {
  const answer = withCookies(json(200, 'kept'), ['a=1; Path=/', 'b=2']);
  expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  expect(await answer.json()).toBe('kept');
});
