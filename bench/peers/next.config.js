/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  serverExternalPackages: ['pg'],
  // The packages lie beside this folder, in `bench/node_modules`.
  turbopack: { root: new URL('..', import.meta.url).pathname },
  typescript: { ignoreBuildErrors: true },
};
