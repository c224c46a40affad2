import { quoteName, type RelationName } from '@/lib/core/sql-text';
import { type NodeOf, namesOf } from '@/lib/sql/ast';
import { labelOf, resolveName } from '../../memory-catalog/memory';
import { asOperation, nothing, type Outcome, refused } from '../part';
import type { StatementContext } from '../statement-context';
import { free } from './free';

const nameIn = (context: StatementContext, list: readonly unknown[] | undefined): RelationName => {
  const names = namesOf(list);
  const { schema, name } = resolveName(
    context.before,
    { schema: names.length > 1 ? (names.at(-2) ?? null) : null, name: names.at(-1) ?? '' },
    context.before.enums,
    context.before.domains,
  );
  return { schema, name };
};

export function readCreateEnum(context: StatementContext, statement: NodeOf<'CreateEnumStmt'>): Outcome[] {
  const type = nameIn(context, statement.typeName);
  if (context.before.enums.has(labelOf(type)))
    return [nothing(`The type ${labelOf(type)} is there already.`)];
  return [asOperation({ kind: 'create_enum', type, values: namesOf(statement.vals) })];
}

export function readCreateDomain(
  context: StatementContext,
  statement: NodeOf<'CreateDomainStmt'>,
): Outcome[] {
  const type = nameIn(context, statement.domainname);
  return [free(context, { up: context.text, down: `DROP DOMAIN ${quoteName(type)}` })];
}

export function readAlterEnum(context: StatementContext, statement: NodeOf<'AlterEnumStmt'>): Outcome[] {
  const type = nameIn(context, statement.typeName);
  const known = context.before.enums.get(labelOf(type));
  const value = statement.newVal ?? '';
  if (statement.oldVal !== undefined)
    return [
      refused(
        'enum-value-renamed',
        `Renaming the value ${statement.oldVal} of ${labelOf(type)} breaks code that still writes it.`,
        'Use replace_enum with a map: old and new values work side by side.',
      ),
    ];
  if (known?.labels.includes(value) === true)
    return [
      statement.skipIfNewValExists === true
        ? nothing(`${labelOf(type)} has the value ${value} already.`)
        : refused(
            'name-taken',
            `${labelOf(type)} has the value ${value} already.`,
            'Take the statement out, or write IF NOT EXISTS.',
          ),
    ];
  const beside = statement.newValNeighbor;
  const after = beside !== undefined && statement.newValIsAfter === true;
  return [
    asOperation({
      kind: 'enum_add_value',
      type,
      value,
      before: beside !== undefined && !after ? beside : undefined,
      after: after ? beside : undefined,
    }),
  ];
}
