import { expect, test } from 'vitest';
import { headProblem } from './request-head.ts';

const problem = (httpVersion: string, ...rawHeaders: string[]) => headProblem({ httpVersion, rawHeaders });

test.each(['x', 'orders.example:443', '127.0.0.1:3000', '[::1]:3000', 'bücher.example', ''])(
  'the host %j is taken',
  (host) => expect(problem('1.1', 'Accept', '*/*', 'Host', host)).toBeUndefined(),
);

test('HTTP/1.0 needs no host, HTTP/1.1 does', () => {
  expect(problem('1.0', 'Accept', 'host')).toBeUndefined();
  expect(problem('1.1', 'Accept', 'host')).toBe('The request names no host.');
});

test('two hosts are refused, even if they are the same', () => {
  for (const second of ['x', 'y']) {
    for (const version of ['1.0', '1.1'])
      expect(problem(version, 'Host', 'x', 'host', second)).toBe('The request names its host twice.');
  }
});

test.each(['a, b', 'a/b', 'user@a', 'a b', 'a?b', 'a#b', 'a\\b'])('the host %j is refused', (host) => {
  expect(problem('1.1', 'Host', host)).toBe('The host of the request is malformed.');
});

test.each(['0.9', '2.0', '3.0'])('HTTP/%s is refused', (version) => {
  expect(problem(version, 'Host', 'x')).toBe('This version of HTTP is not spoken here.');
});
