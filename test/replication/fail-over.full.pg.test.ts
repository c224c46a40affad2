import { describe, expect, it } from 'vitest';
import { Random } from '@/lib/core/random';
import { failOver, startFailOverServer } from '../faults/fail-over';
import { sometimes } from '../faults/faults';
import { legsOf, recordModel, suffer } from '../faults/journey';
import { SUBJECTS } from '../faults/subjects';
import { openWorld } from '../faults/world';

/** The guide's five, each by itself and all in one transition. */
const CHOSEN = SUBJECTS.filter(({ name }) =>
  /^(rename column|add column|drop column|change type|set not null|every operation)$/.test(name),
);

/** Every move there, back and to the end, each with a fail-over in its middle, held against a journey without. */
describe('a fail-over in the middle of every move', () => {
  const seed = Number(process.env.SEGUE_FAULT_SEED ?? 20_261_122);
  it.each(CHOSEN.map((subject) => [subject.name, subject] as const))(
    `%s, seed ${seed}`,
    async (_, subject) => {
      const server = await startFailOverServer();
      try {
        const quiet = await openWorld(server, subject);
        const model = await recordModel(quiet);
        await quiet.close();
        const random = new Random(seed);
        const world = await openWorld(server, subject);
        const fault = failOver(server, sometimes(random, 2, 2));
        await suffer(world, model, () => fault);
        expect(fault.strikes()).toBeGreaterThan(legsOf(world).length / 4);
        await world.close();
      } finally {
        await server.discard();
      }
    },
  );
});
