import 'server-only';
import { cookies } from 'next/headers';
import type { Actor } from '@/lib/core/available-actions';
import { actorOf } from '@/lib/services/introduce';
import { serviceContext } from '@/lib/services/service-context';
import { readSignedValue, signValue } from './signed-value';

const COOKIE = 'segue_person';
const YEAR_S = 365 * 24 * 60 * 60;

/** Who is looking; null until a display name was given. */
export async function currentActor(via: Actor['via'] = 'web'): Promise<Actor | null> {
  const cookie = (await cookies()).get(COOKIE)?.value;
  if (cookie === undefined) return null;
  const context = await serviceContext();
  const id = readSignedValue(context.key.signing, cookie);
  return id === null ? null : actorOf(context, id, via);
}

/** Remembers a person in this browser. Only callable where cookies may be written (actions, routes). */
export async function rememberActor(actor: Actor): Promise<void> {
  const context = await serviceContext();
  (await cookies()).set(COOKIE, signValue(context.key.signing, actor.id), {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge: YEAR_S,
  });
}
