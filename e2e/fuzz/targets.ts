/** Every endpoint of the contract and every page, with a valid request. */
import { randomId } from '../../lib/auth/tokens/random-id.ts';

/** Values that the run has learnt from answers so far. */
export interface Known {
  orderNumbers: string[];
  skus: string[];
  sessionIds: string[];
  /** Files that pages load. */
  assets: string[];
  user: { name: string; pwd: string };
}

/** Required credential: an access token for `guarded`, a refresh token for `refresh`. */
export type Guard = 'guarded' | 'refresh' | 'open' | 'page';

export interface Target {
  /** Unique: answers are counted by it. */
  name: string;
  method: string;
  path: (known: Known, pick: number) => string;
  guard: Guard;
  /** Relative frequency; low for targets that hash a password or revoke sessions. */
  weight: number;
  body?: (known: Known) => Record<string, unknown>;
  /** The body is sent unchanged, because a changed one could change the password of the other clients. */
  isBodyKept?: boolean;
  headers?: () => Record<string, string>;
  query?: readonly string[];
}

/** Never a user's password; it must not appear in any answer or log. */
export const WRONG_PASSWORD = 'mistyped-Quartz-7713';
/** Long enough, but too easy to guess to be accepted. */
const POOR_PASSWORD = 'aaaaaaaaaaaaaaaaaaaa';

const at = (path: string) => () => path;
const one = (values: string[], pick: number, otherwise: string) => values[pick % (values.length || 1)] ?? otherwise;
const order = (suffix: string) => (known: Known, pick: number) =>
  `/api/order/${one(known.orderNumbers, pick, 'ORD-000001')}${suffix}`;
const LIST_QUERY = ['status', 'q', 'sort', 'limit', 'cursor'];

export const TARGETS: readonly Target[] = [
  {
    name: 'sign in',
    method: 'POST',
    path: at('/api/login'),
    guard: 'open',
    weight: 2,
    body: ({ user }) => ({ ...user, transport: 'cookie', returnTo: '/order' }),
  },
  {
    name: 'sign in with a wrong password',
    method: 'POST',
    path: at('/api/login'),
    guard: 'open',
    weight: 1,
    body: () => ({ name: `n-${randomId()}`, pwd: WRONG_PASSWORD, transport: 'bearer' }),
  },
  { name: 'refresh', method: 'PUT', path: at('/api/refresh_token'), guard: 'refresh', weight: 14 },
  {
    name: 'refresh a page',
    method: 'GET',
    path: at('/api/refresh_token'),
    guard: 'refresh',
    weight: 5,
    query: ['returnTo', 'hop'],
    headers: () => ({ 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' }),
  },
  {
    name: 'bind by the browser',
    method: 'POST',
    path: at('/api/refresh_token/dbsc/start'),
    guard: 'refresh',
    weight: 2,
  },
  { name: 'refresh by the browser', method: 'POST', path: at('/api/refresh_token/dbsc'), guard: 'refresh', weight: 5 },
  { name: 'sign out', method: 'POST', path: at('/api/logout'), guard: 'open', weight: 0.6 },
  { name: 'sign out further on', method: 'POST', path: at('/api/refresh_token/logout'), guard: 'open', weight: 0.3 },
  { name: 'session', method: 'GET', path: at('/api/session'), guard: 'guarded', weight: 10 },
  { name: 'list orders', method: 'GET', path: at('/api/order'), guard: 'guarded', weight: 14, query: LIST_QUERY },
  {
    name: 'place an order',
    method: 'POST',
    path: at('/api/order'),
    guard: 'guarded',
    weight: 14,
    body: ({ skus }) => ({ lines: [{ sku: skus[0] ?? '', quantity: 2 }], note: 'Ring twice ☎' }),
    headers: () => ({ 'idempotency-key': randomId() }),
  },
  { name: 'products', method: 'GET', path: at('/api/product'), guard: 'guarded', weight: 4 },
  { name: 'one order', method: 'GET', path: order(''), guard: 'guarded', weight: 8 },
  { name: 'cancel an order', method: 'POST', path: order('/cancel'), guard: 'guarded', weight: 4 },
  { name: 'list sessions', method: 'GET', path: at('/api/sessions'), guard: 'guarded', weight: 3 },
  {
    name: 'end a session',
    method: 'DELETE',
    path: ({ sessionIds }, pick) => `/api/sessions/${one(sessionIds, pick, randomId())}`,
    guard: 'guarded',
    weight: 1,
    body: ({ user }) => ({ pwd: user.pwd }),
  },
  { name: 'end all other sessions', method: 'DELETE', path: at('/api/sessions'), guard: 'guarded', weight: 0.3 },
  {
    name: 'change the password',
    method: 'PUT',
    path: at('/api/password'),
    guard: 'guarded',
    weight: 1,
    body: () => ({ current: WRONG_PASSWORD, new: 'five green bicycles at dawn' }),
  },
  {
    name: 'change to a poor password',
    method: 'PUT',
    path: at('/api/password'),
    guard: 'guarded',
    weight: 0.5,
    body: ({ user }) => ({ current: user.pwd, new: POOR_PASSWORD }),
    isBodyKept: true,
  },
  { name: 'health', method: 'GET', path: at('/api/health'), guard: 'open', weight: 2 },
  { name: 'metrics', method: 'GET', path: at('/api/metrics'), guard: 'open', weight: 2 },
  {
    name: 'report a violation',
    method: 'POST',
    path: at('/api/csp-report'),
    guard: 'open',
    weight: 3,
    body: () => ({ 'csp-report': { 'document-uri': 'https://orders.test/order', 'blocked-uri': 'inline' } }),
  },
  { name: 'nothing in the API', method: 'GET', path: at('/api/nope'), guard: 'open', weight: 2 },
  { name: 'start page', method: 'GET', path: at('/'), guard: 'page', weight: 0.6 },
  {
    name: 'sign-in page',
    method: 'GET',
    path: at('/login'),
    guard: 'page',
    weight: 1.5,
    query: ['returnTo', 'notice'],
  },
  { name: 'orders page', method: 'GET', path: at('/order'), guard: 'page', weight: 1.6, query: LIST_QUERY },
  { name: 'new order page', method: 'GET', path: at('/order/new'), guard: 'page', weight: 0.6 },
  {
    name: 'order page',
    method: 'GET',
    path: ({ orderNumbers }, pick) => `/order/${one(orderNumbers, pick, 'ORD-000001')}`,
    guard: 'page',
    weight: 1.2,
  },
  { name: 'account page', method: 'GET', path: at('/account'), guard: 'page', weight: 1 },
  { name: 'no page', method: 'GET', path: at('/nope'), guard: 'page', weight: 0.5 },
  {
    name: 'a file',
    method: 'GET',
    path: ({ assets }, pick) => one(assets, pick, '/_next/static/'),
    guard: 'page',
    weight: 1.5,
  },
];
