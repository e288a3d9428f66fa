/** A page without React, for answers that must work where the app does not. Its policy allows it nothing but what it adds. */

interface Html {
  title: string;
  body: string;
  /** What else the head holds. */
  head?: string;
}

interface BarePage extends Html {
  status?: number;
  headers?: HeadersInit;
  /** Directives beside those of every such page. */
  policy?: string[];
}

/** Without `sandbox`, which answers of the API carry: in one a page neither follows its links nor opens itself again. */
const POLICY = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];

const HEAD =
  '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">';

/** `title`, `head` and `body` are HTML. */
export function barePage({ title, body, head, status = 200, headers, policy = [] }: BarePage): Response {
  const all = new Headers(headers);
  all.set('Content-Type', 'text/html; charset=utf-8');
  all.set('Cache-Control', 'no-store');
  all.set('Content-Security-Policy', [...POLICY, ...policy].join('; '));
  return new Response(bareHtml({ title, body, head }), { status, headers: all });
}

/** The same without a response around it. */
export function bareHtml({ title, body, head = '' }: Html): string {
  return `<!DOCTYPE html><html lang="en">${HEAD}${head}<title>${title}</title>${body}</html>`;
}
