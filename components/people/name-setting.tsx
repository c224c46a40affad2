'use client';

import { Button } from '@/components/ui/button';
import { useActor } from './actor-provider';

/** Who this browser acts as, and how to change it. */
export function NameSetting() {
  const { actor, rename } = useActor();
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p>
        {actor === null ? (
          <span className="text-ink-2">Nobody yet. You are asked at your first act.</span>
        ) : (
          <>
            You act as <span className="font-semibold">{actor.name}</span>.
          </>
        )}
      </p>
      <Button size="sm" onClick={rename}>
        {actor === null ? 'Give a name' : 'Change name'}
      </Button>
    </div>
  );
}
