/** The wrapper around every route handler: method, size, content type, same-site rule, body, authentication, handler, in this order. */
import type { z } from 'zod';
import { authenticate, type Principal } from '../auth/request/authenticate.ts';
import { checkSameSite } from '../auth/request/same-site.ts';
import { readSender, type Sender } from '../auth/request/sender.ts';
import { PAGE_USER_HEADER } from '../contract/headers.ts';
import { isSignInNotice } from '../contract/sign-in-notice.ts';
import { type Db, database } from '../db/client.ts';
import { databaseTime } from '../db/clock.ts';
import { isDatabaseAway } from '../db/failures.ts';
import { AppError } from '../errors.ts';
import { requestContext } from '../request-context.ts';
import { seeOther } from './answers.ts';
import { announcesBody, type BodyType, check, checkAnnouncedLength, readBody, requireBodyType } from './body.ts';
import { errorResponse, withProofNonce } from './error-response.ts';
import { logRefusal } from './log-refusal.ts';
import { isNativeFormPost, wantsPage } from './native-form.ts';
import { refusalPage } from './refusal-page.ts';
import { loginPath } from './safe-path.ts';
import { API_POLICY } from './security-headers.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number];

/** What a handler gets: the request, read once and checked. */
export interface Call<Body, Query, Params, Who> extends Sender {
  request: Request;
  /** The database's clock, read once, so that one request has one time. */
  now: Date;
  db: Db;
  body: Body;
  query: Query;
  params: Params;
  principal: Who;
}

interface Rules<Body, Query, Params> {
  body?: z.ZodType<Body>;
  /** A request without a body counts as `{}`. */
  bodyOptional?: boolean;
  /** Content types taken; JSON alone unless said. */
  bodyTypes?: readonly BodyType[];
  query?: z.ZodType<Query>;
  params?: z.ZodType<Params>;
}

export type Endpoint = (request: Request, params: Promise<unknown>) => Promise<Response>;

/** Requires no authentication. */
export function open<Body = undefined, Query = undefined, Params = undefined>(
  rules: Rules<Body, Query, Params>,
  handle: (call: Call<Body, Query, Params, null>) => Promise<Response>,
): Endpoint {
  return async (request, params) => handle({ ...(await checked(request, params, rules)), principal: null });
}

/** Requires a valid access token (RFC 6750), as `Authorization: Bearer` or in the cookie. */
export function guarded<Body = undefined, Query = undefined, Params = undefined>(
  rules: Rules<Body, Query, Params>,
  handle: (call: Call<Body, Query, Params, Principal>) => Promise<Response>,
): Endpoint {
  return async (request, params) => {
    const call = await checked(request, params, rules);
    const principal = await authenticate(call.credential, call.now);
    noteUser(principal);
    checkPageUser(request.headers, principal);
    return handle({ ...call, principal });
  };
}

type NextHandler = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;

interface RouteOptions {
  /** Every answer carries the nonce for the client's next DPoP proof (RFC 9449 8.2). */
  offersNonce?: boolean;
  /** Where a refused form goes: the sign-in page has a sentence for it. Other forms are answered by a page of their own. */
  formGoesTo?: '/login';
}

/** All methods of one path; 405 with `Allow` for those that are not given. Errors become the contract's answers here alone. */
export function route(
  endpoints: { [M in Method]?: Endpoint },
  { offersNonce = false, formGoesTo }: RouteOptions = {},
): Record<Method, NextHandler> {
  const all: typeof endpoints = {
    ...endpoints,
    ...(endpoints.GET && { HEAD: endpoints.GET }),
  };
  const allow = [...METHODS.filter((method) => all[method]), 'OPTIONS'].join(', ');
  const options: Endpoint = async () =>
    new Response(null, {
      status: 204,
      headers: { Allow: allow, 'Cache-Control': 'no-store' },
    });
  const refuse: Endpoint = async () => {
    throw new AppError('method_not_allowed', { headers: { Allow: allow } });
  };
  const handler = (method: Method): NextHandler => {
    const endpoint = all[method] ?? (method === 'OPTIONS' ? options : refuse);
    return async (request, context) => {
      const response = await answer(endpoint, request, context.params, formGoesTo);
      if (!response.headers.has('Content-Security-Policy')) response.headers.set('Content-Security-Policy', API_POLICY);
      return offersNonce ? withProofNonce(response) : response;
    };
  };
  const handlers = METHODS.map((method) => [method, handler(method)] as const);
  return Object.fromEntries(handlers) as Record<Method, NextHandler>;
}

async function answer(
  endpoint: Endpoint,
  request: Request,
  params: Promise<unknown>,
  formGoesTo: RouteOptions['formGoesTo'],
): Promise<Response> {
  try {
    return await endpoint(request, params);
  } catch (error) {
    const refusal = refusalOf(error);
    if (formGoesTo && isNativeFormPost(request))
      return seeOther(loginPath(undefined, { notice: isSignInNotice(refusal.code) ? refusal.code : 'internal_error' }));
    return refusalResponse(request, refusal);
  }
}

/** JSON for programs and scripts, a page for a person. */
export function refusalResponse(request: Request, refusal: AppError): Response {
  const response = errorResponse(refusal);
  return wantsPage(request) ? refusalPage(refusal.code, response) : response;
}

/** Call it once for each refused request, since it also logs. The client learns nothing of an unexpected fault. */
export function refusalOf(error: unknown): AppError {
  const refusal = asAppError(error);
  logRefusal(refusal);
  return refusal;
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError(isDatabaseAway(error) ? 'unavailable' : 'internal_error', { cause: error });
}

async function checked<Body, Query, Params>(
  request: Request,
  params: Promise<unknown>,
  rules: Rules<Body, Query, Params>,
) {
  checkAnnouncedLength(request);
  const withoutBody = !rules.body || (rules.bodyOptional === true && !announcesBody(request));
  const bodyType = withoutBody ? null : requireBodyType(request, rules.bodyTypes ?? ['json']);
  const sender = readSender(request.headers);
  checkSameSite(request, sender.credential);
  const db = database();
  return {
    ...sender,
    request,
    now: await databaseTime(db),
    db,
    // Without a rule its type is `undefined`, and so is the value.
    body: (rules.body && check(rules.body, bodyType ? await readBody(request, bodyType) : {})) as Body,
    query: (rules.query ? check(rules.query, queryOf(request)) : undefined) as Query,
    params: (rules.params ? check(rules.params, await params) : undefined) as Params,
  };
}

/** From here on, log lines name the user. */
function noteUser({ userId }: Principal): void {
  const context = requestContext();
  if (context) context.userId = userId;
}

/** Throws `user_changed` when the page was loaded by another user than the principal. */
function checkPageUser(headers: Headers, principal: Principal): void {
  const pageUser = headers.get(PAGE_USER_HEADER);
  if (pageUser !== null && pageUser !== String(principal.userId)) throw new AppError('user_changed');
}

function queryOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}
