import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textOf } from '../test-text.ts';
import { ownNameFor } from './own-name.ts';

const OWN = 'http://localhost:3000';
const PAGE = { method: 'GET', path: '/login?returnTo=%2Forder', accept: 'text/html,*/*;q=0.8', fetchMode: 'navigate' };
const opened = (host: string | undefined, changes = {}) => {
  const { method, path, accept, fetchMode } = { ...PAGE, ...changes };
  return { method, url: path, headers: { host, accept, 'sec-fetch-mode': fetchMode } };
};

test.each([
  '127.0.0.1:3000',
  '127.1.2.3:3000',
  '[::1]:3000',
  'x.localhost:3000',
  'localhost.:3000',
  'X.LOCALHOST:3000',
])('a page opened at %s leads to the same page under our own name', (host) => {
  const home = 'http://localhost:3000/login?returnTo=%2Forder';
  expect(ownNameFor(opened(host), OWN)).toBe(home);
  expect(ownNameFor(opened(host, { fetchMode: undefined }), OWN)).toBe(home);
});

test.each<[what: string, host: string | undefined, changes: object, origin?: string]>([
  ['our own name', 'localhost:3000', {}],
  ['our own name in capitals', 'LOCALHOST:3000', {}],
  ['no host', undefined, {}],
  ['a host that is none', 'a:b:c', {}],
  ['another machine’s name', 'orders.example:3000', {}],
  ['an address of the network', '192.168.1.7:3000', {}],
  ['a name that only begins like ours', 'localhost.evil.test:3000', {}],
  ['a forwarded port', '127.0.0.1:8080', {}],
  ['a proxy in front of an https origin', '127.0.0.1:3000', {}, 'https://orders.example'],
  ['https on this machine', '127.0.0.1:3000', {}, 'https://localhost'],
  ['a health check by address', '127.0.0.1:3000', { path: '/api/health', accept: '*/*', fetchMode: undefined }],
  ['the API opened as a page', '127.0.0.1:3000', { path: '/api/refresh_token?returnTo=/' }],
  ['a plain client', '127.0.0.1:3000', { accept: '*/*', fetchMode: undefined }],
  ['a script of a page', '127.0.0.1:3000', { fetchMode: 'cors' }],
  ['a form that is sent', '127.0.0.1:3000', { method: 'POST' }],
  ['an absolute address', '127.0.0.1:3000', { path: 'http://evil.test/' }],
])('nobody is led away for %s', (_, host, changes, origin = OWN) => {
  expect(ownNameFor(opened(host, changes), origin)).toBeUndefined();
});

test('an origin without a port is the port 80', () => {
  expect(ownNameFor(opened('127.0.0.1'), 'http://localhost')).toBe('http://localhost/login?returnTo=%2Forder');
});

test('no host and no address leads to another origin, nor round in circles', () => {
  const host = textOf('localhost', '127.0.0.1', '[::1]', ':3000', ':80', '.', '@', '/', '\\', 'evil.test', ' ', '#');
  const path = textOf('/', '//', '\\', '@', 'evil.test', '?', '#', '.').map((text) => `/${text}`);
  fc.assert(
    fc.property(host, path, (host, path) => {
      const goesTo = ownNameFor(opened(host, { path }), OWN);
      if (goesTo === undefined) return;
      const { origin, host: next } = new URL(goesTo);
      expect(origin).toBe(OWN);
      expect(ownNameFor(opened(next, { path }), OWN)).toBeUndefined();
    }),
    { numRuns: 500, examples: [['[::1]:3000', '//evil.test']] },
  );
});
