import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { type Node, type NodeOf, namesOf } from '@/lib/sql/ast';
import { labelOf, resolveName } from '../../memory-catalog/memory';
import { withSchemas } from '../names-in';
import { nothing, type Outcome } from '../part';
import { relationIn, type StatementContext } from '../statement-context';
import { free, freeAsking } from './free';

/** The name of what a statement makes, where names without a schema are made. */
function newName(context: StatementContext, list: readonly unknown[] | undefined): RelationName {
  const names = namesOf(list);
  const schema = names.length > 1 ? names.at(-2) : context.before.searchPath[0];
  return { schema: schema ?? 'public', name: names.at(-1) ?? '' };
}

const newRange = (
  context: StatementContext,
  range: { schemaname?: string; relname?: string } | undefined,
): RelationName => ({
  schema: range?.schemaname ?? context.before.searchPath[0] ?? 'public',
  name: range?.relname ?? '',
});

/** Makes something that is not there yet; the way back drops it. */
const makes = (
  context: StatementContext,
  what: string,
  name: RelationName,
  tables: readonly RelationName[] = [],
): Outcome[] => [free(context, { up: context.text, down: `DROP ${what} ${quoteName(name)}`, tables })];

/** Something on one table: of a new table it is a part; else it goes with its own DROP. */
const onTable = (
  context: StatementContext,
  range: Parameters<typeof relationIn>[1],
  what: string,
  name: string,
): Outcome[] => {
  const table = relationIn(context, range);
  if (context.created.has(labelOf(table)))
    return [{ kind: 'extends', table, sql: withSchemas(context.before, context.text) }];
  return [
    free(context, {
      up: context.text,
      down: `DROP ${what} ${quoteIdent(name)} ON ${quoteName(table)}`,
      tables: [table],
    }),
  ];
};

export const readSchema = (
  context: StatementContext,
  { schemaname = '', if_not_exists }: NodeOf<'CreateSchemaStmt'>,
): Outcome[] =>
  if_not_exists === true && context.before.schemas.has(schemaname)
    ? [nothing(`The schema ${schemaname} is there already.`)]
    : [free(context, { up: context.text, down: `DROP SCHEMA ${quoteIdent(schemaname)}` })];

/** Whether it was there before nobody knows, and others may use it by then: it stays. */
export const readExtension = (
  context: StatementContext,
  statement: NodeOf<'CreateExtensionStmt'>,
): Outcome[] => [
  free(context, {
    up: context.text,
    down:
      statement.if_not_exists === true ? 'SELECT 1' : `DROP EXTENSION ${quoteIdent(statement.extname ?? '')}`,
  }),
];

export const readSequence = (context: StatementContext, { sequence }: NodeOf<'CreateSeqStmt'>): Outcome[] =>
  makes(context, 'SEQUENCE', newRange(context, sequence));

export function readView(context: StatementContext, { view }: NodeOf<'ViewStmt'>): Outcome[] {
  const name = newRange(context, view);
  const known = context.before.views.get(labelOf(name));
  if (known === undefined) return makes(context, 'VIEW', name);
  if (known.definition === '')
    return [
      freeAsking(
        context,
        { up: context.text },
        `view:${labelOf(name)}`,
        `This replaces the view ${labelOf(name)}: how was it made before?`,
      ),
    ];
  const before = withSchemas(context.before, known.definition);
  return [
    free(context, {
      up: context.text,
      down: `DROP VIEW ${quoteName(name)};\nCREATE VIEW ${quoteName(name)} AS ${before}`,
    }),
  ];
}

export function readTableAs(
  context: StatementContext,
  { into, objtype }: NodeOf<'CreateTableAsStmt'>,
): Outcome[] {
  return makes(
    context,
    objtype === 'OBJECT_MATVIEW' ? 'MATERIALIZED VIEW' : 'TABLE',
    newRange(context, into?.rel),
  );
}

export function readFunction(context: StatementContext, statement: NodeOf<'CreateFunctionStmt'>): Outcome[] {
  const name = newName(context, statement.funcname);
  const what = statement.is_procedure === true ? 'PROCEDURE' : 'FUNCTION';
  // Of a database only those functions are known that the file itself calls.
  if (statement.replace === true && context.before.functions.has(name.name.toLowerCase()))
    return [
      freeAsking(
        context,
        { up: context.text },
        `function:${labelOf(name)}`,
        `This replaces the function ${labelOf(name)}: how was it made before?`,
      ),
    ];
  return makes(context, what, name);
}

export const readTrigger = (
  context: StatementContext,
  { relation, trigname = '' }: NodeOf<'CreateTrigStmt'>,
): Outcome[] => onTable(context, relation, 'TRIGGER', trigname);

export const readPolicy = (
  context: StatementContext,
  { table, policy_name = '' }: NodeOf<'CreatePolicyStmt'>,
): Outcome[] => onTable(context, table, 'POLICY', policy_name);

export function readAlterPolicy(
  context: StatementContext,
  { table, policy_name = '' }: NodeOf<'AlterPolicyStmt'>,
): Outcome[] {
  const relation = relationIn(context, table);
  if (context.created.has(labelOf(relation)))
    return [{ kind: 'extends', table: relation, sql: withSchemas(context.before, context.text) }];
  return [
    freeAsking(
      context,
      { up: context.text, tables: [relation] },
      `policy:${labelOf(relation)}.${policy_name}`,
      `This changes the policy ${policy_name} of ${labelOf(relation)}: what was it before?`,
    ),
  ];
}

export const readType = (
  context: StatementContext,
  statement: NodeOf<'CompositeTypeStmt'> | NodeOf<'CreateRangeStmt'>,
): Outcome[] =>
  makes(
    context,
    'TYPE',
    'typevar' in statement
      ? newRange(context, statement.typevar)
      : newName(context, 'typeName' in statement ? statement.typeName : undefined),
  );

export const readStatistics = (
  context: StatementContext,
  { defnames }: NodeOf<'CreateStatsStmt'>,
): Outcome[] => makes(context, 'STATISTICS', newName(context, defnames));

/** The table that a COMMENT or a GRANT is about, where it is one that the file makes. */
export function newTableIn(
  context: StatementContext,
  parts: readonly Node[] | undefined,
  isColumn: boolean,
): RelationName | null {
  const names = namesOf(parts);
  const own = isColumn ? names.slice(0, -1) : names;
  const table = resolveName(
    context.before,
    { schema: own.length > 1 ? (own.at(-2) ?? null) : null, name: own.at(-1) ?? '' },
    context.before.tables,
  );
  return context.created.has(labelOf(table)) ? table : null;
}
