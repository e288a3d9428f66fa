/** The one wrapper around every route handler: method, size, content type, same-site rule, body, authentication, handler, in this order. */
import type { z } from 'zod';
import { type Caller, callerOf } from '../auth/caller/caller.ts';
import { authenticate, type Principal } from '../auth/request/authenticate.ts';
import { checkSameSite } from '../auth/request/same-site.ts';
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

/** What a handler is given: everything about the request that has been checked already. */
export interface Call<Body, Query, Params, Who> {
  request: Request;
  /** The database's clock, read once, so that one request has one time. */
  now: Date;
  db: Db;
  caller: Caller;
  body: Body;
  query: Query;
  params: Params;
  principal: Who;
}

interface Rules<Body, Query, Params> {
  body?: z.ZodType<Body>;
  /** A request without any body counts as `{}`. */
  bodyOptional?: boolean;
  /** Content types taken; JSON alone unless said. */
  bodyTypes?: readonly BodyType[];
  query?: z.ZodType<Query>;
  params?: z.ZodType<Params>;
}

export type Endpoint = (request: Request, params: Promise<unknown>) => Promise<Response>;

/** An endpoint that anyone may call. */
export function open<Body = undefined, Query = undefined, Params = undefined>(
  rules: Rules<Body, Query, Params>,
  handle: (call: Call<Body, Query, Params, null>) => Promise<Response>,
): Endpoint {
  return async (request, params) => handle({ ...(await checked(request, params, rules)), principal: null });
}

/** An endpoint for who shows a live access token (RFC 6750), as `Authorization: Bearer` or in the cookie. */
export function guarded<Body = undefined, Query = undefined, Params = undefined>(
  rules: Rules<Body, Query, Params>,
  handle: (call: Call<Body, Query, Params, Principal>) => Promise<Response>,
): Endpoint {
  return async (request, params) => {
    const call = await checked(request, params, rules);
    const { headers } = request;
    const principal = await authenticate(headers, call.now);
    noteUser(principal);
    checkPageUser(headers, principal);
    return handle({ ...call, principal });
  };
}

type NextHandler = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;

interface RouteOptions {
  /** Every answer carries the nonce for the caller's next proof (RFC 9449 8.2). */
  offersNonce?: boolean;
  /** Where a refused form of a page goes: the sign-in page, which has a sentence for it. Others are answered with a page of their own. */
  formGoesTo?: '/login';
}

/** All methods of one path: those given, 405 with `Allow` for the rest. Errors become the contract's answers here and nowhere else. */
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

/** To be asked once for each refused request, since it also logs. An unexpected fault is told to nobody else. */
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
  checkSameSite(request);
  const db = database();
  return {
    request,
    now: await databaseTime(db),
    db,
    caller: callerOf(request.headers),
    // Where a rule is not given its type is `undefined`, and so is what stands here.
    body: (rules.body && check(rules.body, bodyType ? await readBody(request, bodyType) : {})) as Body,
    query: (rules.query ? check(rules.query, queryOf(request)) : undefined) as Query,
    params: (rules.params ? check(rules.params, await params) : undefined) as Params,
  };
}

/** From here on the log says who. */
function noteUser({ userId }: Principal): void {
  const context = requestContext();
  if (context) context.userId = userId;
}

/** Throws `user_changed` when the page that sent this was drawn for another user than the cookie now stands for. */
function checkPageUser(headers: Headers, principal: Principal): void {
  const pageUser = headers.get(PAGE_USER_HEADER);
  if (pageUser !== null && pageUser !== String(principal.userId)) throw new AppError('user_changed');
}

function queryOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}
