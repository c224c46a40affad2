'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import type { ActionResult } from '@/lib/actions/action-result';
import { rememberActor } from '@/lib/actions/session';
import { inputError, toActionError } from '@/lib/actions/to-action-error';
import type { Actor } from '@/lib/core/available-actions';
import { introduce as introducePerson } from '@/lib/services/introduce';
import { serviceContext } from '@/lib/services/service-context';

const introduceInput = z.strictObject({
  name: z.string().trim().min(1, 'Give a name.').max(80, 'A name has at most 80 characters.'),
});

/** The one act without an actor: gives the browser one. */
export async function introduce(input: z.input<typeof introduceInput>): Promise<ActionResult<Actor>> {
  const parsed = introduceInput.safeParse(input);
  if (!parsed.success) return { ok: false, error: inputError(parsed.error) };
  try {
    const actor = await introducePerson(await serviceContext(), parsed.data);
    await rememberActor(actor);
    revalidatePath('/', 'layout');
    return { ok: true, data: actor };
  } catch (error) {
    return { ok: false, error: toActionError(error) };
  }
}
