'use client';

import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import type { Actor } from '@/lib/core/available-actions';
import { IntroduceDialog } from './introduce-dialog';

interface ActorContext {
  readonly actor: Actor | null;
  /** Resolves to who acts, after asking once (`again`: even where a name is known); null where the person closes the question. */
  readonly ensureActor: (again?: boolean) => Promise<Actor | null>;
  /** Asks again, to change the name. */
  readonly rename: () => void;
}

const Context = createContext<ActorContext | null>(null);

/** Knows who acts. The name is asked at the first act, not at the door. */
export function ActorProvider({
  actor: known,
  children,
}: {
  readonly actor: Actor | null;
  readonly children: ReactNode;
}) {
  const [actor, setActor] = useState(known);
  const [asking, setAsking] = useState(false);
  const waiting = useRef<((actor: Actor | null) => void)[]>([]);

  const settle = useCallback((answer: Actor | null) => {
    setAsking(false);
    if (answer !== null) setActor(answer);
    for (const resolve of waiting.current.splice(0)) resolve(answer);
  }, []);

  const value = useMemo<ActorContext>(
    () => ({
      actor,
      ensureActor: (again = false) => {
        if (actor !== null && !again) return Promise.resolve(actor);
        setAsking(true);
        return new Promise((resolve) => waiting.current.push(resolve));
      },
      rename: () => setAsking(true),
    }),
    [actor],
  );

  return (
    <Context.Provider value={value}>
      {children}
      {asking ? <IntroduceDialog current={actor?.name ?? ''} onDone={settle} /> : null}
    </Context.Provider>
  );
}

/** Who acts, and how to ask. */
export function useActor(): ActorContext {
  const context = useContext(Context);
  if (context === null) throw new Error('useActor needs <ActorProvider> around it');
  return context;
}
