/** The security headers every answer carries, static files and refusals included; what a route sets itself stands. */

/** Two years; browsers take a site into their preload lists from one year on. */
const HSTS = 'max-age=63072000; includeSubDomains';

const PERMISSIONS_POLICY = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

/** An answer of the API is never a document: nothing in it may run or be framed, should a browser draw it as one. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Where browsers report what the policy has stopped; Firefox knows the first name of it only, Chromium prefers the second. */
const REPORT_PATH = '/api/csp-report';
const REPORT_GROUP = 'csp';

interface Context {
  /** At least 128 random bits in base64, made for this answer alone. */
  nonce: string;
  /** The public origin is https. */
  https: boolean;
  /** `next dev` evaluates code, injects styles and talks over a WebSocket. */
  dev: boolean;
}

export function securityHeaders(path: string, context: Context): Record<string, string> {
  return {
    'Content-Security-Policy': isApi(path) ? API_POLICY : pagePolicy(context),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': PERMISSIONS_POLICY,
    // Not `no-referrer`: with it Chromium sends `Origin: null` on our own form posts, which the same-site rule refuses.
    'Referrer-Policy': 'same-origin',
    ...(!isApi(path) && { 'Reporting-Endpoints': `${REPORT_GROUP}="${REPORT_PATH}"` }),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(context.https && { 'Strict-Transport-Security': HSTS }),
  };
}

/** Next reads the nonce from this policy on the *request* and stamps its own scripts with it. */
export function pagePolicy({ nonce, dev }: Pick<Context, 'nonce' | 'dev'>): string {
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    `style-src 'self'${dev ? " 'unsafe-inline'" : ` 'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${dev ? ' ws:' : ''}`,
    "object-src 'none'",
    "worker-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    `report-uri ${REPORT_PATH}`,
    `report-to ${REPORT_GROUP}`,
  ].join('; ');
}

/** For our own inline script; undefined where no server of ours has set the policy. */
export function nonceOf(policy: string | null): string | undefined {
  return policy?.match(/'nonce-([^']+)'/)?.[1];
}

/** `/api` and everything below it, also where the path is written with other letters or repeated slashes. */
export function isApi(path: string): boolean {
  return /^\/+api(?:[/?#]|$)/i.test(path);
}
