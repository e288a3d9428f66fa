/** A navigation or a form of a browser wants a page; a script or a program wants JSON. */

export function acceptsPage(headers: Headers): boolean {
  return (headers.get('accept') ?? '').includes('text/html');
}

/** Without `Sec-Fetch-Mode`, a client that accepts a page counts as a navigation. */
export function wantsPage({ headers }: Request): boolean {
  return acceptsPage(headers) && (headers.get('sec-fetch-mode') ?? 'navigate') === 'navigate';
}

export function isNativeFormPost(request: Request): boolean {
  return request.method === 'POST' && wantsPage(request);
}
