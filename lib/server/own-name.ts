/** Redirects a page opened under another name of this machine to the name in `APP_ORIGIN`, the only one whose cookies and proofs count. */
import { isApi } from '../http/security-headers.ts';

export interface PageRequest {
  method: string;
  /** Path and query as they came. */
  path: string;
  host: string | undefined;
  accept: string | undefined;
  fetchMode: string | undefined;
}

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?$/;

/**
 * Return the address to go to, or undefined for no redirect. Redirects only pages opened in a browser, only from one loopback name to
 * another, and only on the same port. So health checks by address, a proxy's own name for the server and forwarded ports still work.
 */
export function ownNameFor(
  { method, path, host, accept, fetchMode }: PageRequest,
  appOrigin: string,
): string | undefined {
  const isOpened = fetchMode === undefined ? accept?.includes('text/html') : fetchMode === 'navigate';
  if (!isOpened || (method !== 'GET' && method !== 'HEAD') || isApi(path) || !path.startsWith('/')) return undefined;
  const own = new URL(appOrigin);
  const [, name = '', port = '80'] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host?.toLowerCase() ?? '') ?? [];
  const isOther = LOOPBACK.test(name) && LOOPBACK.test(own.hostname) && name !== own.hostname;
  return isOther && own.protocol === 'http:' && port === (own.port || '80') ? own.origin + path : undefined;
}
