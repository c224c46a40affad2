'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ThemeProvider } from 'next-themes';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useState } from 'react';
import { ActorProvider } from '@/components/people/actor-provider';
import { TooltipProvider } from '@/components/ui/tooltip';
import type { Actor } from '@/lib/core/available-actions';
import { KeyboardHelp } from './keyboard-help';
import { Messages } from './messages';

/** All that client components find around them: theme, URL state, queries, the person, messages, keys. */
export function Providers({
  actor,
  nonce,
  children,
}: {
  readonly actor: Actor | null;
  /** Lets the inline script of the theme run under the content security policy. */
  readonly nonce: string | undefined;
  readonly children: ReactNode;
}) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: { queries: { retry: 1, staleTime: 500, refetchOnWindowFocus: true } },
      }),
  );
  return (
    <ThemeProvider
      nonce={nonce}
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
    >
      <NuqsAdapter>
        <QueryClientProvider client={client}>
          <TooltipProvider delayDuration={250}>
            <ActorProvider actor={actor}>{children}</ActorProvider>
            <KeyboardHelp />
            <Messages />
          </TooltipProvider>
        </QueryClientProvider>
      </NuqsAdapter>
    </ThemeProvider>
  );
}
