import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { type Node, type NodeOf, namesOf } from '@/lib/sql/ast';
import { droppedObjects, madeObject } from '../../memory-catalog/definitions';
import { labelOf, resolveName } from '../../memory-catalog/memory';
import { withSchemas } from '../names-in';
import { objectChange } from '../object-change';
import { nothing, type ObjectChange, type Outcome } from '../part';
import { relationIn, type StatementContext } from '../statement-context';
import { free, freeAsking, onObject } from './free';

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

/**
 * A policy, trigger, view or function. Of a new table it is a part; where it was there before, the way back makes it as it was, or its
 * author says how; else the way back drops it.
 */
function made(context: StatementContext, kind: string, node: unknown): Outcome[] {
  const object = madeObject(context.before, kind, node);
  if (object === null) return [];
  const { table } = object;
  if (table !== null && context.created.has(labelOf(table)))
    return [{ kind: 'extends', table, sql: withSchemas(context.before, context.text) }];
  const change = objectChange(context, object, 'make');
  const tables = table === null ? [] : [table];
  const run = { up: context.text, tables };
  if (!change.there) return [onObject(free(context, { ...run, down: object.drop }), change)];
  const replaced = { ...change, does: 'replace' } as const;
  if (change.again !== null) return [onObject(free(context, { ...run, down: downOf(replaced) }), replaced)];
  return [
    onObject(
      freeAsking(
        context,
        run,
        object.key.replace(' ', ':'),
        `This changes ${object.words}: how was it made before?`,
      ),
      replaced,
    ),
  ];
}

/** A function that others use stays and is made otherwise; the others have nothing that replaces them. */
const downOf = ({ key, again, drop }: ObjectChange): string =>
  key.startsWith('function ')
    ? (again ?? '').replace(
        /^(.*?)\bCREATE\s+(?:OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE)\b/is,
        '$1CREATE OR REPLACE $2',
      )
    : `${drop};\n${again ?? ''}`;

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

export const readView = (context: StatementContext, node: NodeOf<'ViewStmt'>): Outcome[] =>
  made(context, 'ViewStmt', node);

export const readTableAs = (context: StatementContext, node: NodeOf<'CreateTableAsStmt'>): Outcome[] =>
  node.objtype === 'OBJECT_MATVIEW'
    ? made(context, 'CreateTableAsStmt', node)
    : makes(context, 'TABLE', newRange(context, node.into?.rel));

export function readFunction(context: StatementContext, node: NodeOf<'CreateFunctionStmt'>): Outcome[] {
  const name = newName(context, node.funcname);
  const known = madeObject(context.before, 'CreateFunctionStmt', node);
  const there = known !== null && context.before.definitions.has(known.key);
  // What the file calls is there, though nobody has looked how it was made.
  if (node.replace === true && !there && context.before.functions.has(name.name.toLowerCase()))
    return [
      freeAsking(
        context,
        { up: context.text },
        `function:${labelOf(name)}`,
        `This replaces the function ${labelOf(name)}: how was it made before?`,
      ),
    ];
  return made(context, 'CreateFunctionStmt', node);
}

export const readTrigger = (context: StatementContext, node: NodeOf<'CreateTrigStmt'>): Outcome[] =>
  made(context, 'CreateTrigStmt', node);

export const readPolicy = (context: StatementContext, node: NodeOf<'CreatePolicyStmt'>): Outcome[] =>
  made(context, 'CreatePolicyStmt', node);

export function readAlterPolicy(context: StatementContext, node: NodeOf<'AlterPolicyStmt'>): Outcome[] {
  const object = madeObject(context.before, 'AlterPolicyStmt', node);
  if (object !== null && context.before.definitions.has(object.key))
    return made(context, 'AlterPolicyStmt', node);
  const relation = relationIn(context, node.table);
  if (context.created.has(labelOf(relation)))
    return [{ kind: 'extends', table: relation, sql: withSchemas(context.before, context.text) }];
  const name = node.policy_name ?? '';
  return [
    freeAsking(
      context,
      { up: context.text, tables: [relation] },
      `policy:${labelOf(relation)}.${name}`,
      `This changes the policy ${name} of ${labelOf(relation)}: what was it before?`,
    ),
  ];
}

/**
 * DROP POLICY, TRIGGER, VIEW, FUNCTION: at Retire, when no old code needs it, with what makes it again. Where nobody knows that, or others
 * go with it, at Delete.
 */
export function dropObjects(context: StatementContext, statement: NodeOf<'DropStmt'>): Outcome[] {
  return droppedObjects(context.before, statement).map((object) => {
    const change = objectChange(context, object, 'drop');
    const { table, there, again } = change;
    if (table !== null && context.created.has(labelOf(table)))
      return { kind: 'extends', table, sql: withSchemas(context.before, object.drop) };
    if (!there && statement.missing_ok === true && context.complete)
      return nothing(`There is not ${object.words}.`.replace('not the', 'no'));
    const cascades = statement.behavior === 'DROP_CASCADE' && table === null;
    const up = `${object.drop}${cascades ? ' CASCADE' : ''}`;
    const tables = table === null ? [] : [table];
    return onObject(
      again === null || cascades
        ? free(context, { up, down: null, phase: 'purge', lossless: false, tables })
        : free(context, { up, down: again, phase: 'contract', tables }),
      cascades ? { ...change, again: null } : change,
    );
  });
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
