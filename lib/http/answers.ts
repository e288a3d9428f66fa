/** The shapes of an answer. No cache may keep one. */

const NO_STORE = { 'Cache-Control': 'no-store' };

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      ...NO_STORE,
      ...headers,
    },
  });
}

export function plainText(text: string): Response {
  return new Response(text, { headers: { 'Content-Type': 'text/plain; charset=utf-8', ...NO_STORE } });
}

export function noContent(): Response {
  return new Response(null, { status: 204, headers: NO_STORE });
}

/** 303: whatever the method was, the browser continues with a GET without a body (RFC 9110 15.4.4). `location` is a path on this origin. */
export function seeOther(location: string, headers: Record<string, string> = {}): Response {
  return new Response(null, {
    status: 303,
    headers: { Location: location, ...NO_STORE, ...headers },
  });
}

/** 307: the same method and body again at another path on this origin. */
export function sameRequestAt(location: string): Response {
  return new Response(null, {
    status: 307,
    headers: { Location: location, ...NO_STORE },
  });
}

export function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie);
  return response;
}
