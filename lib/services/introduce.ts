import type { Actor } from '@/lib/core/available-actions';
import { addPerson, findPerson, requirePersonByName } from '@/lib/store/people';
import type { ServiceContext } from './service-context';

/** Records a person by a display name; every act will bear it. */
export async function introduce(
  context: ServiceContext,
  input: { name: string },
  via: Actor['via'] = 'web',
): Promise<Actor> {
  const person = await addPerson(context.control, input.name);
  return { id: person.id, name: person.displayName, via };
}

/** The actor of a person's id; null when unknown. */
export async function actorOf(
  context: ServiceContext,
  personId: string,
  via: Actor['via'],
): Promise<Actor | null> {
  const person = await findPerson(context.control, personId);
  return person === null ? null : { id: person.id, name: person.displayName, via };
}

/** The actor of a display name, made at the first call: for programs that give only a name. */
export async function actorOfName(context: ServiceContext, name: string, via: Actor['via']): Promise<Actor> {
  const person = await requirePersonByName(context.control, name);
  return { id: person.id, name: person.displayName, via };
}
