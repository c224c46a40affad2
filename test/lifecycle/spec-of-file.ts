import type { TransitionSpec } from '@/lib/core/operation';
import { readSchemaFor } from '@/lib/engine/read-schema-for';
import type { Target } from '@/lib/engine/target';
import { type Answers, migrationReading } from '@/lib/planner/from-sql/migration-reading';
import { memoryFrom } from '@/lib/planner/memory-catalog/memory-from';
import type { Major } from '@/lib/postgres/binaries';
import { readMigration } from '@/lib/sql/migration/read-migration';

/** What a migration file becomes on a live schema. Throws, showing the reading, where something is still asked. */
export async function specOfFile(
  target: Target,
  file: string,
  major: Major,
  answers: Answers = {},
): Promise<TransitionSpec> {
  const nodes = readMigration(file).items.flatMap((item) => (item.type === 'statement' ? [item.node] : []));
  const reading = migrationReading(file, memoryFrom(await readSchemaFor(target, nodes)), {
    name: 'raw',
    answers,
    major,
  });
  if (reading.spec === null) throw new Error(JSON.stringify(reading, null, 2));
  return reading.spec;
}
