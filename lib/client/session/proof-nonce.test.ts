/** Which nonce the next proof of this page has. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const withNonce = (nonce?: string) => new Response(null, { headers: nonce ? { 'DPoP-Nonce': nonce } : {} });
let meta: { content: string } | null;

beforeEach(() => {
  vi.resetModules();
  meta = { content: 'of the page' };
  vi.stubGlobal('document', { querySelector: (selector: string) => (selector === '[name=dpop-nonce]' ? meta : null) });
});
afterEach(() => vi.unstubAllGlobals());

test('that of the page, then the last that an answer had', async () => {
  const { nonce, noteNonce } = await import('./proof-nonce.ts');
  expect(nonce.last).toBe('of the page');
  noteNonce(withNonce('first'));
  noteNonce(withNonce());
  expect(nonce.last).toBe('first');
  nonce.last = 'second';
  expect(nonce.last).toBe('second');
});

test('none on a page without one', async () => {
  meta = null;
  const { nonce } = await import('./proof-nonce.ts');
  expect(nonce.last).toBeNull();
});
