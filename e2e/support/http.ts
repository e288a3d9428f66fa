/** A plain HTTP client for tests: sends exactly the given headers, follows no redirect, and keeps cookies only in a `Visitor`. */
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Sent {
  method?: string;
  headers?: Record<string, string | string[]>;
  /** Sent as `application/json`. */
  json?: unknown;
  /** Sent as `application/x-www-form-urlencoded`. */
  form?: Record<string, string>;
  /** Sent unchanged. */
  body?: string | Buffer;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  setCookies: string[];
  text: string;
  /** The parsed body; undefined if it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers.
  json: any;
}

export function send(
  url: string,
  path: string,
  { method = 'GET', headers = {}, json, form, body }: Sent = {},
): Promise<Answer> {
  const payload = body ?? (json !== undefined ? JSON.stringify(json) : form && new URLSearchParams(form).toString());
  const type = json !== undefined ? 'application/json' : form && 'application/x-www-form-urlencoded';
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        path,
        method,
        agent: false,
        headers: {
          ...(type && { 'content-type': type }),
          ...(payload !== undefined && { 'content-length': Buffer.byteLength(payload) }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            setCookies: incoming.headers['set-cookie'] ?? [],
            text,
            json: parsed(text),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

/** A browser's cookie jar, as far as Tandem's cookies need one: paths and `Max-Age=0`. */
export class Jar {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  take({ setCookies }: Answer): this {
    for (const line of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0(;|$)/.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path: /Path=([^;]+)/.exec(line)?.[1] ?? '/' });
    }
    return this;
  }

  get(name: string): string | undefined {
    return this.#cookies.get(name)?.value;
  }

  set(name: string, value: string, path = '/'): this {
    this.#cookies.set(name, { value, path });
    return this;
  }

  get names(): string[] {
    return [...this.#cookies.keys()].sort();
  }

  /** The `Cookie` header a browser would send to `path`. */
  header(path: string): string {
    const sent = [...this.#cookies].filter(([, cookie]) => path.startsWith(cookie.path));
    return sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
  }
}

/** A browser or program at one server: sends its cookies and stores new ones. */
export class Visitor {
  readonly jar = new Jar();
  readonly url: string;
  readonly #defaults: Record<string, string>;

  constructor(url: string, defaults: Record<string, string> = {}) {
    this.url = url;
    this.#defaults = defaults;
  }

  async send(path: string, sent: Sent = {}): Promise<Answer> {
    const cookie = this.jar.header(path);
    const headers = { ...this.#defaults, ...(cookie && { cookie }), ...sent.headers };
    const answer = await send(this.url, path, { ...sent, headers });
    this.jar.take(answer);
    return answer;
  }

  signIn(name = 'admin', pwd = '123456'): Promise<Answer> {
    return this.send('/api/login', { method: 'POST', json: { name, pwd } });
  }
}

/** Headers that a browser adds to a request from the app's own page, and from another site. */
export const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };
export const CROSS_SITE = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' };
export const NAVIGATION = {
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'same-origin',
};
export const NATIVE_FORM = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate', ...SAME_ORIGIN };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
