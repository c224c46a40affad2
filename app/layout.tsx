import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Providers } from '@/components/layout/providers';
import { Rail } from '@/components/layout/rail';
import { currentActor } from '@/lib/actions/session';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Segue', template: '%s · Segue' },
  description: 'Takes a PostgreSQL database from one schema to the next with no downtime.',
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fafafa' },
    { media: '(prefers-color-scheme: dark)', color: '#0e0f11' },
  ],
};

/** Everything is read per request: nothing of a database may be cached into the build. */
export const dynamic = 'force-dynamic';

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const actor = await currentActor();
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    <html lang="en" suppressHydrationWarning className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-ink focus:px-3 focus:py-2 focus:text-canvas"
        >
          Skip to content
        </a>
        <Providers actor={actor} nonce={nonce}>
          <Rail />
          <main id="content" tabIndex={-1} className="min-w-0 pb-24 outline-none md:ml-[76px] md:pb-0">
            {children}
          </main>
        </Providers>
      </body>
    </html>
  );
}
