/** Leads a person who opened this machine under another of its names to the one in `APP_ORIGIN`, the only one that sign-ins hold for. */
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
 * The address to go to; undefined where the request is to be answered as it came. Only pages that somebody opens, only from one name of this
 * machine to another, and only on the same port: a health check by address, a proxy's own name for us and a forwarded port are left alone.
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
