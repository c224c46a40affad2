import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SegueError } from '@/lib/core/errors';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { planTransition } from '@/lib/engine/plan-transition';
import { openTarget, type Target } from '@/lib/engine/target';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { ON_COLUMN, REFUSED_CASES } from './refused-cases';

const OPERATIONS = ['rename', 'change', 'drop', 'notNull'] as const;

describe.each(FEWER_MAJORS)(
  'what cannot follow a column is refused when it is planned, on PostgreSQL %i',
  (major) => {
    let database: TestDatabase;
    let owner: postgres.Sql;
    let target: Target;

    beforeAll(async () => {
      database = await createTestDatabase({ major });
      owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
      target = openTarget({ url: database.owner.url });
    });
    afterAll(async () => {
      await Promise.all([owner.end({ timeout: 5 }), target.close()]);
      await database.drop();
    });

    const answer = async (operation: (typeof OPERATIONS)[number]): Promise<string | null> => {
      const file = transitionFileSchema.parse({ name: 'refused', operations: ON_COLUMN[operation] });
      try {
        await planTransition(target, toTransitionSpec(file));
        return null;
      } catch (error) {
        if (!(error instanceof SegueError)) throw error;
        expect(error.next, `${operation} says what to do next`).toBeTruthy();
        return `${error.message} ${error.next}`;
      }
    };

    const cases = REFUSED_CASES.filter(({ since }) => since === undefined || since <= major);
    it.each(cases)('$name', async (situation) => {
      await owner.unsafe(
        `DROP SCHEMA IF EXISTS s CASCADE; DROP PUBLICATION IF EXISTS sent; CREATE SCHEMA s; SET search_path = s`,
      );
      await owner.unsafe(situation.setup);
      const answers: Record<string, string | null> = {};
      for (const operation of OPERATIONS) answers[operation] = await answer(operation);
      for (const operation of OPERATIONS) {
        const expected = situation[operation];
        if (expected === null) expect(answers[operation], operation).toBeNull();
        else expect(answers[operation], operation).toMatch(expected);
      }
    });
  },
);
