import { expect, test } from 'vitest';
import { ErrorBody } from '../contract/error.ts';
import { parserRefusal } from './parser-refusal.ts';

const refusal = (code: string | undefined, packet?: string) =>
  parserRefusal(code, packet === undefined ? undefined : Buffer.from(packet));

test.each([
  ['HPE_HEADER_OVERFLOW', 'GET /order HTTP/1.1\r\nCookie: …', '431 ', 'Delete the cookies of this site'],
  ['HPE_HEADER_OVERFLOW', `GET /${'x'.repeat(9_000)}`, '414 ', 'The address is too long'],
  ['ERR_HTTP_REQUEST_TIMEOUT', undefined, '408 ', 'try again'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 'POST /login HTTP/1.1', '413 ', 'too large'],
  ['HPE_INVALID_METHOD', '\0\0', '400 ', 'could not be read'],
  [undefined, 'the middle of a request', '400 ', 'could not be read'],
])('%s at %j is a page with a sentence for a person', (code, packet, status, sentence) => {
  const { status: answered, contentType, body } = refusal(code, packet);
  expect(answered).toMatch(new RegExp(`^${status}`));
  expect(contentType).toBe('text/html; charset=utf-8');
  expect(body).toMatch(/^<!DOCTYPE html>/);
  expect(body).toContain(sentence);
});

test.each([
  ['HPE_HEADER_OVERFLOW', '431 '],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', '413 '],
  ['HPE_INVALID_CONTENT_LENGTH', '400 '],
])('%s below /api is JSON', (code, status) => {
  const { status: answered, contentType, body } = refusal(code, 'POST /api/order?x HTTP/1.1\r\n');
  expect([answered.startsWith(status), contentType]).toEqual([true, 'application/json; charset=utf-8']);
  expect(ErrorBody.parse(JSON.parse(body)).message).toMatch(/^[A-Z].*[^.]\.$/);
});

test('nothing of the request stands in the page', () => {
  expect(refusal('HPE_HEADER_OVERFLOW', 'GET /<script> HTTP/1.1').body).not.toContain('script');
});

test.each([
  ['HEAD /api/order HTTP/1.1', false],
  ['GET /api/order HTTP/1.1', true],
  ['HEADER / HTTP/1.1', true],
  ['the middle of a HEAD request', true],
])('%s is answered with a body: %s', (packet, sendsBody) => {
  expect(refusal('HPE_HEADER_OVERFLOW', packet).sendsBody).toBe(sendsBody);
});
