import type { IncomingMessage, ServerResponse } from 'node:http';
import { expireAccess } from '../fixtures/cookies.ts';
import { countOrders, fillOrder, placeOrder, uniqueNote } from '../fixtures/pages.ts';
import { expect, REFRESH, test } from '../fixtures/test.ts';

const UPLOAD = { method: 'POST', path: '/api/upload' };
const FILE_BYTES = 200_000;

interface Stored {
  type: string;
  key: string;
  body: Buffer;
}

/** An endpoint that takes any body, which the app does not have: 401 without an access token, else it stores the body. */
function storingEndpoint() {
  const stored: Stored[] = [];
  let refused = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const isSignedIn = request.headers.cookie?.includes('access_token=');
    if (isSignedIn) {
      const { 'content-type': type = '', 'idempotency-key': key = '' } = request.headers;
      stored.push({ type, key: String(key), body });
    } else refused += 1;
    response.writeHead(isSignedIn ? 201 : 401, { 'Content-Type': 'application/json' });
    response.end(isSignedIn ? '{}' : '{"error":"invalid_token","message":"User must be authorized."}');
  };
  return { stored, refused: () => refused, handle };
}

test.beforeEach(async ({ page, signedIn: _, consoleGuard }) => {
  consoleGuard.allow(/status of 401/);
  await page.goto('/order/new');
});

test('an order sent past the access token’s end is stored once, as it was sent', async ({
  page,
  signedIn,
  baseURL,
  faultProxy,
}) => {
  const note = `${uniqueNote()} – “ünïcode” 界 😀`;
  await fillOrder(page, note);
  await expireAccess(signedIn);
  await placeOrder(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  await expect(page.getByText(note)).toBeVisible();
  const tries = faultProxy.requests({ method: 'POST', path: '/api/order' });
  expect(tries.map(({ status }) => status)).toEqual([401, 201]);
  expect(tries[0]?.headers['idempotency-key']).toBe(tries[1]?.headers['idempotency-key']);
  expect(await countOrders(signedIn, baseURL ?? '', note)).toBe(1);
});

test('a form with a file, sent past the access token’s end, is stored once and byte for byte', async ({
  page,
  signedIn,
  faultProxy,
}) => {
  const endpoint = storingEndpoint();
  faultProxy.fault(UPLOAD, { kind: 'endpoint', handle: endpoint.handle });
  await expireAccess(signedIn);
  const status = await page.evaluate(async (bytes) => {
    const form = new FormData();
    form.set('name', 'ünï');
    form.set('file', new File([Uint8Array.from({ length: bytes }, (_, index) => index % 251)], 'a.bin'));
    return (await fetch('/api/upload', { method: 'POST', body: form })).status;
  }, FILE_BYTES);
  expect([status, endpoint.refused(), endpoint.stored.length]).toEqual([201, 1, 1]);
  const [sent] = endpoint.stored;
  const received = await new Response(new Uint8Array(sent?.body ?? []), {
    headers: { 'Content-Type': sent?.type ?? '' },
  }).formData();
  expect(received.get('name')).toBe('ünï');
  // A part with a file name is a file.
  const file = Buffer.from(await (received.get('file') as File).arrayBuffer());
  expect(file.equals(Buffer.from(Uint8Array.from({ length: FILE_BYTES }, (_, index) => index % 251)))).toBe(true);
  expect(sent?.key).toMatch(/^[0-9a-f-]{36}$/);
});

test('a Request object sent past the access token’s end is stored once, with its body and headers', async ({
  page,
  signedIn,
  faultProxy,
}) => {
  const endpoint = storingEndpoint();
  faultProxy.fault(UPLOAD, { kind: 'endpoint', handle: endpoint.handle });
  await expireAccess(signedIn);
  const status = await page.evaluate(async () => {
    const headers = { 'Content-Type': 'text/plain', 'Idempotency-Key': 'own-key' };
    return (await fetch(new Request('/api/upload', { method: 'POST', headers, body: 'text 界' }))).status;
  });
  expect([status, endpoint.refused()]).toEqual([201, 1]);
  expect(endpoint.stored).toEqual([{ type: 'text/plain', key: 'own-key', body: Buffer.from('text 界') }]);
});

test('a stream sent past the access token’s end is stored at most once, or fails cleanly', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_ALPN_NEGOTIATION_FAILED/);
  const endpoint = storingEndpoint();
  faultProxy.fault(UPLOAD, { kind: 'endpoint', handle: endpoint.handle });
  await expireAccess(signedIn);
  const outcome = await page.evaluate(async () => {
    const body = new Blob(['first ', 'second']).stream();
    // TypeScript's `RequestInit` lacks the member that the standard requires for a stream.
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    try {
      return (await fetch('/api/upload', init)).status;
    } catch (error) {
      return error instanceof TypeError ? 'refused by the browser' : String(error);
    }
  });
  // Chromium sends streams over HTTP/2 only, which a server without TLS does not speak.
  expect(outcome).toBe('refused by the browser');
  expect(endpoint.stored).toEqual([]);
  expect(faultProxy.count(REFRESH)).toBe(0);
});
