'use client';

import { useTheme } from 'next-themes';
import { Toaster } from 'sonner';

/** Short messages, clear of the bottom bar on a phone. Refusals of a transition's acts stand in the page instead. */
export function Messages() {
  const { resolvedTheme } = useTheme();
  return (
    <Toaster
      position="bottom-right"
      theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
      closeButton
      mobileOffset={{ bottom: 128 }}
      toastOptions={{
        style: {
          background: 'var(--raised)',
          color: 'var(--ink)',
          borderColor: 'var(--line-strong)',
          borderRadius: 8,
          fontFamily: 'var(--font-geist-sans)',
        },
        classNames: { description: 'text-ink-2!' },
      }}
    />
  );
}
