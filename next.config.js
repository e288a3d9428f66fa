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
    { source: '/(.*)', headers: asList(HEADERS) },
    { source: '/_next/static/:path*', headers: asList(FILES_POLICY) },
  ],
  // `npm run types` checks them. A test that does not compile must not stop a build.
  typescript: { ignoreBuildErrors: true },
  // Middleware must see `rsc` and `next-router-prefetch`, which Next removes otherwise.
  skipProxyUrlNormalize: true,
  // Browsers request it for answers that link to no icon.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/icon.svg' }],
  // A bundle would lose their files or optional parts.
  serverExternalPackages: ['@electric-sql/pglite', '@node-rs/argon2', 'pg', 'rate-limiter-flexible'],
  // A folder with everything that `node server.js` needs, for images. If it were always on, `next start` would warn.
  ...(process.env.NEXT_OUTPUT === 'standalone' && {
    output: 'standalone',
    outputFileTracingIncludes: {
      '/*': [
        'lib/db/migrations/**',
        'node_modules/@electric-sql/pglite/dist/*.{wasm,data}',
        // rate-limiter-flexible imports it by a name that no bundler sees.
        'node_modules/drizzle-orm/{package.json,**/*.js}',
      ],
    },
  }),
  // `next dev` would write an AGENTS.md into the project.
  agentRules: false,
};
