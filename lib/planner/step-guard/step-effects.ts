import { nodesOf } from '@/lib/sql/ast';
import { readMigration } from '@/lib/sql/migration/read-migration';
import type { Catalog } from '../catalog';
import { PARTITION_PROOF } from '../direct/partition-proof';
import type { Effects, JudgeOptions } from '../hazards/effects';
import { migrationJudge } from '../lint/migration-judge';
import { catalogReader } from '../memory-catalog/catalog-of';
import { labelOf, type Memory } from '../memory-catalog/memory';
import { memoryFrom } from '../memory-catalog/memory-from';

/** What one statement of a step does, by the same table that lint and the planner read. */
export interface StatementEffects extends Pick<Effects, 'locks' | 'rewrites' | 'scans' | 'builds'> {
  readonly statement: string;
}

/** A step's statements as the parser gives them, those of DO blocks too. */
export function stepStatements(statements: readonly string[]) {
  const migration = readMigration(statements.join('\n;\n'));
  const parsed = migration.items.flatMap((item) =>
    item.type === 'statement' ? [item, ...(item.block?.statements ?? [])] : [],
  );
  return { migration, parsed };
}

/**
 * What the statements of one step do on a database, one after the other: each is judged by the schema that those before it leave. `catalog`
 * holds the relations that they name and those around them. Pure.
 */
export function stepEffects(
  statements: readonly string[],
  catalog: Catalog,
  major: JudgeOptions['major'],
): StatementEffects[] {
  const { migration, parsed } = stepStatements(statements);
  const memory = memoryFrom(catalog);
  // The sessions of the engine: SET TimeZone is UTC in them.
  const judge = migrationJudge(migration, memory, catalogReader(memory), {
    major,
    timeZone: 'UTC',
    complete: false,
  });
  return parsed.flatMap((statement) => {
    const proven = isAttach(statement.node) ? provenPartitions(memory) : new Set<string>();
    const effects = judge.judge(statement);
    if (effects === null) return [];
    const { locks, rewrites, scans, builds } = effects;
    return [
      {
        statement: statement.text,
        locks,
        rewrites,
        scans: scans.filter((relation) => !proven.has(relation)),
        builds,
      },
    ];
  });
}

const isAttach = (node: Readonly<Record<string, unknown>>): boolean =>
  nodesOf(node.cmds as unknown[] | undefined, 'AlterTableCmd').some(
    ({ subtype }) => subtype === 'AT_AttachPartition',
  );

/** Tables with a validated check that says in PostgreSQL's own words what a partition's bounds ask: its rows are not read. */
const provenPartitions = (memory: Memory): Set<string> =>
  new Set(
    [...memory.tables.values()]
      .filter(({ checks }) =>
        checks.some(({ name, validated }) => validated && name.startsWith(PARTITION_PROOF)),
      )
      .map(labelOf),
  );
