/** What Next is told: how to build, and the headers that never change. Policies are set per answer, by `middleware.ts` and `lib/http/route.ts`. */

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

/** They override what a handler sets, so none of them may vary. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': PERMISSIONS_POLICY,
  // Not `no-referrer`: with it Chromium sends `Origin: null` on our own form posts, which the same-site rule refuses.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};
const FILES_POLICY = { 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'" };

const asList = (headers) => Object.entries(headers).map(([key, value]) => ({ key, value }));

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  headers: async () => [
    { source: '/:path*', headers: asList(HEADERS) },
    { source: '/_next/static/:path*', headers: asList(FILES_POLICY) },
  ],
  // `npm run types` checks them, tests included; a test that does not compile must not keep anybody from starting.
  typescript: { ignoreBuildErrors: true },
  // Middleware must see `rsc` and `next-router-prefetch`, which Next removes otherwise.
  skipProxyUrlNormalize: true,
  // Browsers ask for it by themselves where a page has no link to its icon yet.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/icon.svg' }],
  // With files or optional parts that a bundle would lose.
  serverExternalPackages: ['@electric-sql/pglite', '@node-rs/argon2', 'pg', 'rate-limiter-flexible'],
  // A folder with everything to run in (`node server.js`), for images. Always on, `next start` would warn.
  ...(process.env.NEXT_OUTPUT === 'standalone' && {
    output: 'standalone',
    outputFileTracingIncludes: {
      '/*': ['lib/db/migrations/**', 'node_modules/@electric-sql/pglite/dist/*.{wasm,data}'],
    },
  }),
  // Next would write a file of instructions for code assistants into the project.
  agentRules: false,
};
