/** Redirects a page opened under another name of this machine to the name in `APP_ORIGIN`, the only one whose cookies and proofs count. */
import type { IncomingMessage } from 'node:http';
import { isApi } from '../http/security-headers.ts';

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?$/;

/**
 * Return the address to go to, or undefined for no redirect. Redirects only pages opened in a browser, only from one loopback name to
 * another, and only on the same port. So health checks by address, a proxy's own name for the server and forwarded ports still work.
 */
export function ownNameFor(
  { method, url: path = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  appOrigin: string,
): string | undefined {
  const { host, accept, 'sec-fetch-mode': mode } = headers;
  const isOpened = mode === undefined ? accept?.includes('text/html') : mode === 'navigate';
  if (!isOpened || (method !== 'GET' && method !== 'HEAD') || isApi(path) || !path.startsWith('/')) return undefined;
  const own = new URL(appOrigin);
  const [, name = '', port = '80'] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host?.toLowerCase() ?? '') ?? [];
  const isOther = LOOPBACK.test(name) && LOOPBACK.test(own.hostname) && name !== own.hostname;
  return isOther && own.protocol === 'http:' && port === (own.port || '80') ? own.origin + path : undefined;
}
