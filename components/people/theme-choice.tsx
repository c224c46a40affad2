'use client';

import { useTheme } from 'next-themes';
import { useEffect, useState } from 'react';
import { Choice } from '@/components/ui/choice';
import { Skeleton } from '@/components/ui/skeleton';

const THEMES = ['system', 'light', 'dark'] as const;

/** System, light or dark; kept in this browser. */
export function ThemeChoice() {
  const { theme, setTheme } = useTheme();
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  if (!ready) return <Skeleton className="h-[140px]" />;
  return (
    <Choice
      label="Theme"
      value={THEMES.find((name) => name === theme) ?? 'system'}
      onChange={setTheme}
      options={[
        { value: 'system', label: 'As the system' },
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark' },
      ]}
    />
  );
}
