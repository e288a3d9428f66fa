/** The root layout: language, typeface, colors and title. */
import './globals.css';
import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { EARLY_SCRIPT } from '../lib/client/resilience/early-script.ts';
import { nonceOf } from '../lib/http/security-headers.ts';

/** Every page carries the nonce of its response, so no page is prerendered. */
export const dynamic = 'force-dynamic';

export const metadata: Metadata = {
  title: { default: 'Tandem', template: '%s · Tandem' },
  description: 'Your orders, without signing in again and again.',
  referrer: 'same-origin',
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f8f7f5' },
    { media: '(prefers-color-scheme: dark)', color: '#131110' },
  ],
};

const geist = localFont({
  src: '../node_modules/@fontsource-variable/geist/files/geist-latin-wght-normal.woff2',
  weight: '100 900',
  variable: '--font-geist',
  // Text is drawn once: a typeface that arrives late is used from the next page on.
  display: 'optional',
});

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = nonceOf((await headers()).get('content-security-policy'));
  return (
    <html lang="en" className={geist.variable}>
      <head>
        {/* Browsers hide the nonce from scripts, and so from React, which would complain. */}
        <script nonce={nonce} suppressHydrationWarning>
          {EARLY_SCRIPT}
        </script>
      </head>
      <body className="font-sans">{children}</body>
    </html>
  );
}
