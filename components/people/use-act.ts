'use client';

import { useCallback, useState } from 'react';
import { toast } from 'sonner';
import type { ActionResult } from '@/lib/actions/action-result';
import { useActor } from './actor-provider';

interface ActOptions<T> {
  readonly onDone?: (data: T) => void;
  /** Gets the refusal; return true where the page shows it itself. */
  readonly onRefused?: (error: Extract<ActionResult<T>, { ok: false }>['error']) => boolean;
}

/**
 * Runs one act at a time: asks for the name if it is not known, calls the server action, and says a refusal with its
 * next step. `pending` names the act that is under way.
 */
export function useAct() {
  const { ensureActor } = useActor();
  const [pending, setPending] = useState<string | null>(null);

  const act = useCallback(
    async <T>(
      name: string,
      call: () => Promise<ActionResult<T>>,
      options: ActOptions<T> = {},
    ): Promise<boolean> => {
      if ((await ensureActor()) === null) return false;
      setPending(name);
      try {
        let result = await call();
        // The cookie is gone or from another installation: ask again, then go on with the same act.
        if (!result.ok && result.error.code === 'introduce' && (await ensureActor(true)) !== null) {
          result = await call();
        }
        if (result.ok) {
          options.onDone?.(result.data);
          return true;
        }
        if (options.onRefused?.(result.error) !== true) {
          toast.error(result.error.message, {
            description: result.error.next ?? undefined,
            duration: 12_000,
          });
        }
        return false;
      } catch (cause) {
        toast.error('Segue did not answer.', {
          duration: 12_000,
          description: `Nothing was started. Check that it still runs, then try again. (${cause instanceof Error ? cause.message : 'no details'})`,
        });
        return false;
      } finally {
        setPending(null);
      }
    },
    [ensureActor],
  );

  return { act, pending };
}
