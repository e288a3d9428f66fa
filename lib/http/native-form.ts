/** Tells a form that the browser posts by itself, which wants a page back, from a script or a program, which wants JSON. */

export function isNativeFormPost(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('text/html');
}
