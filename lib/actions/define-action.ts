import 'server-only';
import { revalidatePath } from 'next/cache';
import { unstable_rethrow } from 'next/navigation';
import type { z } from 'zod';
import type { Actor } from '@/lib/core/available-actions';
import { type ServiceContext, serviceContext } from '@/lib/services/service-context';
import type { ActionResult } from './action-result';
import { currentActor } from './session';
import { inputError, toActionError } from './to-action-error';

interface ActionOptions {
  /** False for what writes nothing: no page is rendered anew. */
  readonly revalidates?: boolean;
}

/**
 * A server action: input parsed by `schema` → actor from the cookie (`introduce` when there is none) → one service →
 * pages rendered anew → typed result. Nothing that it returns holds a secret or a driver's message.
 */
export function defineAction<S extends z.ZodType, T>(
  schema: S,
  handler: (context: ServiceContext, actor: Actor, input: z.output<S>) => Promise<T>,
  options: ActionOptions = {},
): (input: z.input<S>) => Promise<ActionResult<T>> {
  return answering(schema, async (input) => {
    const actor = await currentActor();
    if (actor === null) return { ok: false, error: INTRODUCE };
    const data = await handler(await serviceContext(), actor, input);
    if (options.revalidates !== false) revalidatePath('/', 'layout');
    return { ok: true, data };
  });
}

/** A server action that only looks: the same without an actor, since nobody needs a name to look. */
export function defineQuestion<S extends z.ZodType, T>(
  schema: S,
  handler: (context: ServiceContext, input: z.output<S>) => Promise<T>,
): (input: z.input<S>) => Promise<ActionResult<T>> {
  return answering(schema, async (input) => ({
    ok: true,
    data: await handler(await serviceContext(), input),
  }));
}

function answering<S extends z.ZodType, T>(
  schema: S,
  answer: (input: z.output<S>) => Promise<ActionResult<T>>,
): (input: z.input<S>) => Promise<ActionResult<T>> {
  return async (input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) return { ok: false, error: inputError(parsed.error) };
    try {
      return await answer(parsed.data);
    } catch (error) {
      unstable_rethrow(error);
      return { ok: false, error: toActionError(error) };
    }
  };
}

const INTRODUCE = {
  code: 'introduce',
  message: 'Give your name first: every act records who did it.',
  next: 'Enter a display name.',
  object: null,
} as const;
