/** What Next.js itself is told; headers, addresses and time-outs are the start script's (`scripts/serve.ts`). */

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run types` checks them, tests included; a test that does not compile must not keep anybody from starting.
  typescript: { ignoreBuildErrors: true },
  // Middleware must see `rsc` and `next-router-prefetch`, which Next removes otherwise.
  skipProxyUrlNormalize: true,
  // Browsers ask for it by themselves where a page has no link to its icon yet.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/icon.svg' }],
  // Loaded from node_modules, so that the bundles and the start script share one instance of each.
  serverExternalPackages: ['@electric-sql/pglite', '@node-rs/argon2', 'drizzle-orm', 'pg', 'rate-limiter-flexible'],
};
