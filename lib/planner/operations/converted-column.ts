import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import type { Finding } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import { parseExpression } from '@/lib/sql/expression';
import type { ColumnInfo, TableInfo, TypeInfo } from '../catalog';
import { indexMentions } from '../clone/indexes';
import type { ColumnWishes } from '../compose/arranged';
import { freshName, nameOfRetired } from '../names';
import { type OperationContext, relationLabel } from '../plan-parts';
import { requireKey } from '../refuse';
import { requireConvertible } from '../refuse-conversion';
import { requireAddable, requireNoDomainDefault } from '../refuse-unfit';
import { requireRowExpression } from '../require-row-expression';
import { columnRewrite, substitute } from '../sql-rewrite';
import type { Swapped } from '../swap-phases';
import { coerced, type FailurePolicy, type Pair } from '../sync/pair';
import { triggerFindings } from '../trigger-findings';
import { userDefaultFindings } from '../user-default-findings';

/** Numeric casts that hold every value of the source type. */
const WIDENING = new Set([
  'smallint>integer',
  'smallint>bigint',
  'integer>bigint',
  'smallint>numeric',
  'integer>numeric',
  'bigint>numeric',
  'real>double precision',
]);

function neverFails(from: string, to: string, expression: string | undefined): boolean {
  if (to === 'text' && (expression === undefined || parseExpression(expression).functions.length === 0))
    return true;
  return expression === undefined && WIDENING.has(`${from}>${to}`);
}

function policyFor(
  operation: OperationOf<'change_type'>,
  fails: boolean,
  receiverNotNull: boolean,
): FailurePolicy {
  if (operation.onFailure === 'reject' || operation.onFailure === 'quarantine')
    return { kind: operation.onFailure };
  if (operation.onFailure !== undefined) return { kind: 'value', sql: operation.onFailure };
  if (!fails) return { kind: 'none' };
  // Kept where it was written and recorded; only a side that must hold a value can do no better than refuse.
  return { kind: receiverNotNull ? 'reject' : 'quarantine' };
}

function failureFinding(
  operation: OperationOf<'change_type'>,
  context: OperationContext,
  way: 'up' | 'down',
  policy: FailurePolicy,
): Finding[] {
  if (policy.kind === 'none' || operation.onFailure !== undefined) return [];
  const label = `${relationLabel(context.table)}.${way === 'up' ? operation.column : (operation.to ?? operation.column)}`;
  const what =
    policy.kind === 'reject'
      ? 'the write that brings it is refused'
      : 'it stays where it was written, is recorded with its key, and stops the moves that would lose it';
  return [
    {
      rule: 'conversion-can-fail',
      severity: 'warning',
      operation: context.index,
      message: `A value of ${label} may not convert (${way}). If one does not, ${what}.`,
      fix: 'Say which you want: onFailure: reject, quarantine, or a value.',
    },
  ];
}

const TEXTS = new Set(['text', 'character varying']);

/** Types of keys of which each value has one text, and each text that is one has one value. */
const SPELLED = new Set(['uuid', 'smallint', 'integer', 'bigint']);

/** A key that becomes text and stays what it is. */
export const isSpelled = (old: ColumnInfo, type: TypeInfo): boolean =>
  SPELLED.has(old.baseType) && TEXTS.has(type.baseType);

/** A wider number without digits of its own, or a key as text, converted by a plain cast both ways. */
function isExact(operation: OperationOf<'change_type'>, old: ColumnInfo, type: TypeInfo): boolean {
  return (
    operation.up === undefined &&
    operation.down === undefined &&
    type.type === type.baseType &&
    (WIDENING.has(`${old.baseType}>${type.baseType}`) || isSpelled(old, type))
  );
}

/** True where an expression over the old column says the same over the new one, so that it need not be converted back. */
export function keepsMeaning(old: ColumnInfo, type: TypeInfo): boolean {
  return (
    WIDENING.has(`${old.baseType}>${type.baseType}`) ||
    old.baseType === type.baseType ||
    (TEXTS.has(old.baseType) && TEXTS.has(type.baseType))
  );
}

const NUMBERS = new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision']);
const DAYS = new Set(['date', 'timestamp without time zone', 'timestamp with time zone']);

/** PostgreSQL takes a value of one type where the other is asked for, as ALTER TYPE does with a default: it can stay as it is written. */
const assigns = (from: string, to: string): boolean =>
  from === to || TEXTS.has(to) || [NUMBERS, DAYS].some((types) => types.has(from) && types.has(to));

/** Functions of the table's triggers that live sessions keep compiled for the old type, and that Segue may not touch. */
function foreignFunctions(table: TableInfo, operation: number): Finding[] {
  return table.triggers
    .filter((trigger) => trigger.row && trigger.language === 'plpgsql' && !trigger.functionOwned)
    .map((trigger) => ({
      rule: 'recompile-function',
      severity: 'warning',
      operation,
      message: `The function ${trigger.functionSignature} of the trigger ${trigger.name} belongs to another role: sessions that have it compiled fail at Switch with "type of parameter does not match".`,
      fix: `Let its owner run ALTER FUNCTION ${trigger.functionSignature} ${trigger.functionVolatility.toUpperCase()} right after Switch, or let the sessions connect anew.`,
    }));
}

const INTEGERS = new Set(['smallint', 'integer', 'bigint']);

/** Values that differ may be one and the same on the way back, and the old side stays unique until Delete. */
function uniqueFindings(
  { up, down }: OperationOf<'change_type'>,
  { table, index: operation }: OperationContext,
  old: ColumnInfo,
  type: TypeInfo,
): Finding[] {
  // What the old type cannot hold is NULL there, or an unused value; all else comes back as it is.
  const keepsApart = [INTEGERS, TEXTS].some((types) => types.has(old.baseType) && types.has(type.baseType));
  if (keepsApart && up === undefined && down === undefined) return [];
  return table.indexes
    .filter((index) => index.unique && indexMentions(index).includes(old.name))
    .map((index) => ({
      rule: 'unique-by-old-values',
      severity: 'warning',
      operation,
      message: `The unique index ${index.name} is asked of the old values of ${relationLabel(table)}.${old.name} too, until Delete: two new values that are the same after the way back are refused then, as duplicates.`,
      fix: 'Let the way back keep them apart, or see that new code writes no such values before Delete.',
    }));
}

/** What stands in for NULL, on either side. */
function fillOf(
  { value, of }: NonNullable<ColumnWishes['notNull']>,
  old: ColumnInfo,
  type: TypeInfo,
  up: (source: string) => string,
  down: (source: string) => string,
): { readonly old: string; readonly fresh: string } {
  if (of === 'old') {
    const given = coerced(value, old.type);
    return { old: given, fresh: up(given) };
  }
  const given = coerced(value, type.type);
  return { old: down(given), fresh: given };
}

/** A column as one side of a change of type: the pair, how expressions over it read, and what to say about it. */
export function convertedColumn(
  operation: OperationOf<'change_type'>,
  context: OperationContext,
  old: ColumnInfo,
  type: TypeInfo,
  part: number,
  /** Foreign keys of the table that somebody else sees to. */
  except: readonly string[] = [],
): Swapped & { readonly findings: Finding[] } {
  const { table } = context;
  const label = `${relationLabel(table)}.${old.name}`;
  const keepsName = operation.to === undefined || operation.to === operation.column;
  const to = operation.to ?? operation.column;
  const key = table.foreignKeys.find((each) => each.columns.includes(old.name));
  if (keepsName && key !== undefined && table.partitions.length > 0) {
    throw new SegueError(
      'unsupported',
      `"${label}" is to keep its name, but the partitions' own names of the foreign key "${key.name}" cannot be swapped with it.`,
      { object: label, next: 'Give the new column a name with "to", or drop the foreign key first.' },
    );
  }
  requireAddable(table, old.name, type);
  requireNoDomainDefault(table, old.name, type);
  // Under one name only one side is ever in reach of the application.
  if (!keepsName) requireNoDomainDefault(table, old.name, old);
  requireConvertible(table, old, type, except);
  const up = operation.up ?? quoteIdent(operation.column);
  const down = operation.down ?? quoteIdent(to);
  requireRowExpression(context.catalog, table, up, [operation.column], 'up');
  requireRowExpression(context.catalog, table, down, [to], 'down');
  if (
    operation.onFailure !== undefined &&
    operation.onFailure !== 'reject' &&
    operation.onFailure !== 'quarantine'
  ) {
    requireRowExpression(context.catalog, table, operation.onFailure, [], 'onFailure');
  }
  if (operation.onFailure === 'quarantine' && old.notNull) {
    throw new SegueError(
      'invalid_input',
      `"${label}" is NOT NULL: a value that does not convert cannot leave the other side empty.`,
      { object: label, next: 'Say onFailure: reject, or give a value to put in its place.' },
    );
  }
  const { wishes } = context;
  const fill = old.notNull ? undefined : wishes?.notNull;
  if (fill !== undefined)
    requireRowExpression(context.catalog, table, fill.value, [], keepsName ? 'value' : 'value for NULL');
  if (typeof wishes?.default === 'string')
    requireRowExpression(context.catalog, table, wishes.default, [], 'default');
  const upPolicy = policyFor(
    operation,
    !neverFails(old.baseType, type.baseType, operation.up),
    old.notNull || fill !== undefined,
  );
  const downPolicy = policyFor(
    operation,
    !neverFails(type.baseType, old.baseType, operation.down),
    old.notNull,
  );
  const convertDown = (source: string) => coerced(substitute(down, to, source), old.type);
  // An explicit cast takes what assignment would not, text to integer for one, and does so everywhere alike.
  const converted = (source: string) =>
    coerced(operation.up === undefined ? source : substitute(up, operation.column, source), type.type);
  const filled = fill === undefined ? null : fillOf(fill, old, type, converted, convertDown);
  // Where both columns are in use, NULL of the old one is the new one's value; else it is filled before.
  const convertUp = (source: string) =>
    filled === null || keepsName ? converted(source) : `coalesce(${converted(source)}, ${filled.fresh})`;
  const findings = [
    ...(keepsName ? [] : userDefaultFindings(table, old, context.index)),
    ...triggerFindings(table, old.name, context.index).filter(
      (finding) => !keepsName || finding.rule === 'backfill-fires-triggers',
    ),
    ...(keepsName ? foreignFunctions(table, context.index) : []),
    ...failureFinding(operation, context, 'up', upPolicy),
    ...failureFinding(operation, context, 'down', downPolicy),
    ...uniqueFindings(operation, context, old, type),
  ];
  const sameText =
    keepsName && operation.up === undefined && operation.down === undefined && keepsMeaning(old, type);
  if (
    !sameText &&
    (table.checks.some((check) => check.columns.includes(old.name)) ||
      table.indexes.some((index) => index.columns.some((column) => column.expression?.includes(old.name))))
  ) {
    findings.push({
      rule: 'clone-through-conversion',
      severity: 'info',
      operation: context.index,
      message: `Checks and index expressions over ${label} are asked of ${to} through the conversion back: ${down}.`,
      fix: null,
    });
  }
  const newName = keepsName ? freshName(context.tag, old.name) : to;
  const pair: Pair = {
    table: { schema: table.schema, name: table.name },
    key: requireKey(table),
    old,
    newName,
    newType: type.type,
    newComparable: { baseType: type.baseType, deterministic: true },
    converts: true,
    ...(isExact(operation, old, type) ? { exact: true as const } : {}),
    ...(old.default !== null && operation.up === undefined && assigns(old.baseType, type.baseType)
      ? { newDefault: old.default }
      : old.default !== null && filled !== null
        ? { newDefault: converted(`(${old.default})`) }
        : {}),
    ...(wishes?.default === undefined ? {} : { newDefault: wishes.default }),
    ...(filled === null ? {} : { fills: filled.old }),
    ...(wishes?.indexes === undefined ? {} : { indexes: wishes.indexes }),
    up: { apply: convertUp, onFailure: upPolicy },
    down: {
      apply: (source) =>
        coerced(operation.down === undefined ? source : substitute(down, to, source), old.type),
      onFailure: downPolicy,
    },
    mirrored: [],
    operation: context.index,
    part,
    spoken: keepsName ? { old: `old ${old.name}`, fresh: `new ${old.name}` } : { old: old.name, fresh: to },
    tag: context.tag,
    transition: context.transition,
    retiredName: nameOfRetired(context.tag, old.name),
    swaps: keepsName,
    ...(operation.keepNames === true && !keepsName ? { keepsNames: true as const } : {}),
    mirroredAs: old.name,
  };
  const rewrite = columnRewrite(
    old.name,
    sameText ? quoteIdent(newName) : `(${convertDown(quoteIdent(newName))})`,
  );
  return { context, pair, rewrite, findings };
}
