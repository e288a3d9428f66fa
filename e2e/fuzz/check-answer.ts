/** Checks an answer: lists what no answer may be or contain. */
import { ErrorBody } from '../../lib/contract/error.ts';
import { ERRORS } from '../../lib/errors.ts';
import { AUTH_SECRETS } from '../support/tokens.ts';
import { cookieName, type Issued } from './clients.ts';
import type { FuzzRequest } from './requests.ts';
import { WRONG_PASSWORD } from './targets.ts';
import type { Received } from './wire.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const GUARDED = ['order', 'product', 'session', 'sessions', 'password'].map((name) => `/api/${name}`);
const SECRETS = [AUTH_SECRETS.split(':')[1] ?? '', WRONG_PASSWORD, '$argon2', 'node_modules', 'DATABASE_URL'];
const STACK = /\bat \S+ \(?(?:file:|node:|\/)\S+:\d+:\d+|"stack":/;
/** Long enough to be a token, longer than any text of a page. */
const CREDENTIAL = /[\w.*~-]{100,}/g;

/** The faults of an answer, one sentence each. */
export function faultsOf(sent: FuzzRequest, received: Received, issued: Issued): string[] {
  const faults = [status(sent, received), secret(sent, received)];
  if (!sent.raw)
    faults.push(
      errorBody(sent, received),
      ...forgery(sent, received, issued),
      redirect(received),
      echo(sent, received),
    );
  return faults.filter((fault) => fault !== null);
}

function status({ method, path, headers, raw }: FuzzRequest, received: Received): string | null {
  // A browser that skipped its own refresh gets 503: it should retry, and keeps its session.
  const mayBeAway = headers.some(([name]) => name === 'secure-session-skipped') && isUnder('/api/refresh_token', path);
  if (received.status === 503 && mayBeAway) return null;
  if (received.status < 500 || (received.status === 501 && (raw || !METHODS.has(method)))) return null;
  return `the answer is ${received.status}`;
}

function secret({ target }: FuzzRequest, { text }: Received): string | null {
  if (target.name === 'a file') return null;
  const found = SECRETS.find((words) => text.includes(words)) ?? STACK.exec(text)?.[0];
  return found === undefined ? null : `the answer says ${JSON.stringify(found)}`;
}

/** A head that Node refuses, or an invalid address, never reaches the API. */
function errorBody({ method, path, headers }: FuzzRequest, received: Received): string | null {
  if (received.status < 400 || method === 'HEAD' || !isUnder('/api', path)) return null;
  // A browser that opens an address, or posts a form, gets a page.
  const takesPage = headers.some(([name, value]) => name === 'accept' && value.includes('text/html'));
  if (takesPage && received.headers['content-type'] === 'text/html; charset=utf-8') return null;
  if ([400, 408, 431].includes(received.status) && received.headers.connection === 'close') return null;
  const body = ErrorBody.strict().safeParse(received.json);
  if (!body.success) return `the error has no body of the contract: ${received.text.slice(0, 120)}`;
  const { error } = body.data;
  const statuses: number[] = [ERRORS[error][0]];
  if (error === 'use_dpop_nonce') statuses.push(403);
  if (error === 'method_not_allowed') statuses.push(501);
  return statuses.includes(received.status) ? null : `${error} is answered with ${received.status}`;
}

function forgery(sent: FuzzRequest, received: Received, issued: Issued): (string | null)[] {
  const { status, text, setCookies } = received;
  const handsOut =
    /"token":"e/.test(text) || setCookies.some((line) => line.startsWith(`${cookieName('access_token')}=e`));
  const isSuccess = status >= 200 && status < 300 && sent.method !== 'OPTIONS';
  const mayRead = isIssued(sent, 'access_token', issued.access, issued.access);
  const orders = (text.match(/ORD-\d{6,}/g) ?? []).filter((number) => !sent.path.includes(number));
  return [
    isSuccess && GUARDED.some((guarded) => isUnder(guarded, sent.path)) && !mayRead
      ? 'no issued access token opens a guarded endpoint'
      : null,
    orders.length > 0 && !mayRead ? `orders are shown to whom no token was issued: ${orders[0]}` : null,
    handsOut && !mayTake(sent, issued) ? 'an access token is handed out for nothing' : null,
  ];
}

function mayTake(sent: FuzzRequest, issued: Issued): boolean {
  if (pathname(sent.path) === '/api/login') return sent.body?.includes(sent.client.user.pwd) ?? false;
  if (pathname(sent.path) === '/api/refresh_token/dbsc') return sent.hasGoodProof;
  const needsProof = sent.client.isBound && isIssued(sent, 'refresh_token', issued.seals, issued.refresh);
  return isIssued(sent, 'refresh_token', issued.seals, issued.refresh) && (!needsProof || sent.hasGoodProof);
}

/** Whether the used credential was issued: the first `Authorization` with a known scheme, else any cookie of that name. */
function isIssued({ headers }: FuzzRequest, cookie: string, seals: Set<string>, tokens: Set<string>): boolean {
  const values = (wanted: string) => headers.filter(([name]) => name === wanted).map(([, value]) => value);
  const [authorization = ''] = values('authorization');
  if (/^(?:Bearer|DPoP)(?:[ \t]|$)/i.test(authorization.trim()))
    return tokens.has(authorization.trim().replace(/^(?:Bearer|DPoP) +/i, ''));
  const start = `${cookieName(cookie)}=`;
  return values('cookie')
    .flatMap((line) => line.split(';').map((pair) => pair.trim()))
    .some((pair) => pair.startsWith(start) && seals.has(pair.slice(start.length).replace(/^"(.*)"$/, '$1')));
}

function redirect({ status, headers: { location } }: Received): string | null {
  if (status < 300 || status >= 400 || location === undefined || /^\/(?![/\\])/.test(location)) return null;
  return `the answer leads to ${location}`;
}

/** No credential is repeated in an answer; the requested address may be. */
function echo({ headers, path, target }: FuzzRequest, received: Received): string | null {
  if (target.name.startsWith('sign in') || headers.some(([name]) => name === 'x-injected')) return null;
  if (received.headers['x-injected'] !== undefined) return 'a header was injected';
  const sent = headers
    .filter(([name]) => ['authorization', 'cookie', 'dpop', 'secure-session-response'].includes(name))
    .flatMap(([, value]) => value.match(CREDENTIAL) ?? [])
    .filter(isComplete)
    .find((credential) => received.text.includes(credential) && !path.includes(credential));
  return sent === undefined ? null : `a credential is said back: ${sent.slice(0, 40)}…`;
}

/** A token that was cut off before its signature begins like every newer one of its session. */
function isComplete(credential: string): boolean {
  return !credential.startsWith('eyJ') || credential.split('.').length > 2;
}

/** The normalised path, without query and fragment. */
function pathname(path: string): string {
  return URL.canParse(path, 'http://tandem.invalid') ? new URL(path, 'http://tandem.invalid').pathname : path;
}

function isUnder(start: string, path: string): boolean {
  return pathname(path) === start || pathname(path).startsWith(`${start}/`);
}
