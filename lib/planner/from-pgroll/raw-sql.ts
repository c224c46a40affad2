import type { Operation } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import { parseStatements, type Statement } from '@/lib/sql/statements';
import { migrationReading } from '../from-sql/migration-reading';
import { emptyMemory } from '../memory-catalog/memory';
import type { PgrollBody } from './pgroll-file';
import { asking, freeSql, only, type PgrollContext, type PgrollPart, pgrollTable } from './pgroll-part';

/** Without a server nothing says which one it will be. */
const NEWEST = 18;
const MAJORS = [14, 15, 16, 17, NEWEST] as const;

/** pgroll runs SQL with its schema on the search path; Segue runs it with none. What cannot stand in a transaction must name schemas itself. */
function inPublic(sql: string, statements: readonly Statement[]): string {
  const inside = statements.every(({ manner }) => manner === 'transactional');
  return inside ? `SET LOCAL search_path TO public;\n${sql}` : sql;
}

const tablesOf = (statements: readonly Statement[]): RelationName[] => [
  ...new Map(
    statements
      .flatMap(({ relations }) => relations)
      .map(({ schema, name }) => [
        `${schema}.${name}`,
        schema === null ? pgrollTable(name) : { schema, name },
      ]),
  ).values(),
];

function free(up: string, rest: { readonly down?: string; readonly phase?: 'purge' }): Operation {
  const there = parseStatements(up, 'up');
  const back = rest.down === undefined ? [] : parseStatements(rest.down, 'down');
  return freeSql(inPublic(up, there), {
    ...rest,
    ...(rest.down === undefined ? {} : { down: inPublic(rest.down, back) }),
    tables: tablesOf([...there, ...back]),
  });
}

/** SQL without a way back, read as a migration file is: what it becomes has one. Null where it cannot be read so. */
function asMigration(up: string, { memory, answers, line }: PgrollContext): PgrollPart | null {
  const known = memory ?? emptyMemory(NEWEST);
  const server = Math.floor(known.serverVersionNum / 10_000);
  const { spec, questions, assumptions, statements } = migrationReading(up, known, {
    name: 'pgroll',
    answers,
    major: MAJORS.find((each) => each === server) ?? NEWEST,
    complete: memory !== null,
  });
  if (statements.some(({ fate }) => fate.kind === 'refused')) return null;
  return {
    operations: spec?.operations ?? [],
    questions: questions.map((question) => ({ ...question, line: line + question.line - 1 })),
    assumptions,
  };
}

/**
 * SQL of the author's. On completion, when pgroll has taken the old version away, is Delete in Segue: neither has a way back from
 * there. On start it needs one: the author's, that of the operations that it becomes, or one that is asked for.
 */
export function rawSql({ up, down, onComplete }: PgrollBody<'sql'>, context: PgrollContext): PgrollPart {
  if (onComplete === true) return only(free(up, { phase: 'purge' }));
  if (down !== undefined && down.trim() !== '') return only(free(up, { down }));
  const id = `way-back:${context.number}` as const;
  const read = context.answers[id] === undefined ? asMigration(up, context) : null;
  if (read !== null) return read;
  return asking(
    context,
    {
      id,
      kind: 'way-back',
      text: `What undoes the SQL of operation ${context.number}? Until Delete Segue must be able to go back.`,
    },
    (answer) => only(free(up, { down: answer })),
  );
}
