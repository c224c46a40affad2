import type { TableInfo } from '@/lib/planner/catalog';

const SPELLING =
  /^(any|array|in|not|like|is|text|character|varying|numeric|integer|timestamp|with|without|time|zone|jsonb)$/;

/** The names and constants of an expression: how PostgreSQL writes its operators, brackets and casts is its own affair. */
const loose = (expression: string | null): string | null =>
  expression === null
    ? null
    : [...new Set(expression.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [])]
        .filter((word) => !SPELLING.test(word))
        .sort()
        .join(' ');

const byName = <T extends { readonly name: string }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => (a.name < b.name ? -1 : 1));

/** What of a table is compared: all that a plan rests on and that files can tell. */
export function comparable(table: TableInfo): unknown {
  return {
    kind: table.kind,
    key: table.key,
    primaryKey: table.primaryKey,
    columns: table.columns.map(
      ({
        name,
        type,
        baseType,
        notNull,
        notNullName,
        default: value,
        generated,
        identity,
        hashable,
        ownedSequences,
      }) => ({
        name,
        type,
        baseType,
        notNull,
        notNullName,
        default: value?.startsWith('nextval') ? 'nextval' : loose(value),
        generated,
        identity,
        hashable,
        ownedSequences: ownedSequences.map(loose),
      }),
    ),
    indexes: byName(table.indexes).map((index) => ({
      name: index.name,
      columns: index.columns.map((column) => ({ ...column, expression: loose(column.expression) })),
      include: index.include,
      method: index.method,
      unique: index.unique,
      primary: index.primary,
      exclusion: index.exclusion,
      nullsNotDistinct: index.nullsNotDistinct,
      predicate: loose(index.predicate),
      constraint: index.constraint,
      valid: index.valid,
      deferrable: index.deferrable,
      initiallyDeferred: index.initiallyDeferred,
    })),
    constraints: byName(table.constraints).map(({ name, type, columns, validated, index }) => ({
      name,
      type,
      columns: [...columns].sort(),
      validated,
      index,
    })),
    checks: byName(table.checks).map((check) => ({
      name: check.name,
      columns: [...check.columns].sort(),
      expression: loose(check.expression),
      validated: check.validated,
      noInherit: check.noInherit,
    })),
    foreignKeys: byName(table.foreignKeys),
    inboundForeignKeys: table.inboundForeignKeys
      .map((key) => `${key.table.schema}.${key.table.name} ${key.name} ${[...key.columns].sort()}`)
      .sort(),
    dependents: table.dependents.map(({ column, kind, name }) => `${kind} ${name} ${column}`).sort(),
    triggers: byName(table.triggers).map(({ name, timing, row, functionName, language }) => ({
      name,
      timing,
      row,
      functionName,
      language,
    })),
    partitions: byName(table.partitions).map(({ schema, name, parent, leaf }) => ({
      schema,
      name,
      parent,
      leaf,
    })),
    partitionKey: table.partitionKey,
    inheritance: table.inheritance,
    rowSecurity: table.rowSecurity,
  };
}
