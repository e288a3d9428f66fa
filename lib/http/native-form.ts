/** Tells a form that the browser posts by itself, which wants a page back, from a script or a program, which wants JSON. */

export function isNativeFormPost(request: Request): boolean {
  return acceptsPage(request.headers);
}

export function acceptsPage(headers: Headers): boolean {
  return (headers.get('accept') ?? '').includes('text/html');
}
