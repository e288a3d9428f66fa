/** Tells what a browser opens or posts by itself, which wants a page back, from what a script or a program asks for, which wants JSON. */

export function acceptsPage(headers: Headers): boolean {
  return (headers.get('accept') ?? '').includes('text/html');
}

/** A browser that does not say how it asks opens a page, or posts a form, when it takes one. */
export function wantsPage({ headers }: Request): boolean {
  return acceptsPage(headers) && (headers.get('sec-fetch-mode') ?? 'navigate') === 'navigate';
}

export function isNativeFormPost(request: Request): boolean {
  return request.method === 'POST' && wantsPage(request);
}
