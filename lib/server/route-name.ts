/** The route of an address, for logs and metrics: an address itself may name an order or a session. */

const EXACT = new Set([
  '/',
  '/account',
  '/api/csp-report',
  '/api/health',
  '/api/login',
  '/api/logout',
  '/api/metrics',
  '/api/order',
  '/api/password',
  '/api/product',
  '/api/refresh_token',
  '/api/refresh_token/dbsc',
  '/api/refresh_token/dbsc/start',
  '/api/refresh_token/logout',
  '/api/session',
  '/api/sessions',
  '/login',
  '/order',
  '/order/new',
]);

const PATTERNS: [pattern: RegExp, name: string][] = [
  [/^\/_next\//, '/_next'],
  [/^\/api\/order\/[^/]+$/, '/api/order/{number}'],
  [/^\/api\/order\/[^/]+\/cancel$/, '/api/order/{number}/cancel'],
  [/^\/api\/sessions\/[^/]+$/, '/api/sessions/{id}'],
  [/^\/order\/[^/]+$/, '/order/{number}'],
];

/** `other` for an address that has no route, so that clients cannot make up names. */
export function routeName(address: string): string {
  const [path = ''] = address.split(/[?#]/, 1);
  if (EXACT.has(path)) return path;
  return PATTERNS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
}
