import { join } from 'node:path'

/** @type {import('next').NextConfig} */
export default {
  // The workspace packages are TypeScript sources; Next compiles them with the pages.
  transpilePackages: ['@heartwood/api', '@heartwood/event', '@heartwood/query-lang'],
  turbopack: { root: join(import.meta.dirname, '../..') },
  // TypeScript 7 has no JavaScript API for Next to call: `tsc -p apps/web` checks the types instead.
  typescript: { ignoreBuildErrors: true },
  // Next's compression buffers; what goes over a network is compressed by the reverse proxy in front.
  compress: false,
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
}
