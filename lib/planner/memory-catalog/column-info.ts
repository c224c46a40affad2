import { quoteIdent } from '@/lib/core/sql-text';
import { type ColumnDef, namesOf, nodesOf } from '@/lib/sql/ast';
import type { SourceText } from '@/lib/sql/source-text';
import { bareColumn } from '../bare-catalog';
import type { ColumnInfo } from '../catalog';
import { addConstraint } from './constraint-parts';
import { defaultText } from './default-text';
import { labelOf, type Memory, type MemoryTable } from './memory';
import { typeText } from './type-text';

function ownSequence(memory: Memory, table: MemoryTable, column: string): string {
  const wanted = `${table.name}_${column}_seq`;
  let name = wanted;
  for (let n = 1; memory.otherNames.has(labelOf({ schema: table.schema, name })); n += 1)
    name = `${wanted}${n}`;
  memory.otherNames.set(labelOf({ schema: table.schema, name }), { schema: table.schema, name });
  return `${quoteIdent(table.schema)}.${quoteIdent(name)}`;
}

/** A column of CREATE TABLE or ADD COLUMN becomes the table's last, with its constraints. */
export function addColumn(
  memory: Memory,
  table: MemoryTable,
  definition: ColumnDef,
  source: SourceText,
): void {
  const name = definition.colname ?? '';
  const type = typeText(definition.typeName, memory);
  const constraints = nodesOf(definition.constraints, 'Constraint');
  const places = constraints.map(({ location }) => location ?? 0);
  const given = constraints.find(({ contype }) => contype === 'CONSTR_DEFAULT');
  const generated = constraints.find(({ contype }) => contype === 'CONSTR_GENERATED');
  const identity = constraints.find(({ contype }) => contype === 'CONSTR_IDENTITY');
  const sequence = type.serial || identity !== undefined ? ownSequence(memory, table, name) : null;
  const written =
    given === undefined ? '' : source.expressionAfter((given.location ?? 0) + 'default'.length, places);
  table.lastNumber += 1;
  const column: ColumnInfo = {
    ...bareColumn(name, type.type, table.lastNumber),
    baseType: type.baseType,
    default: type.serial
      ? `nextval('${sequence ?? ''}'::regclass)`
      : given === undefined
        ? null
        : defaultText(given.raw_expr, written, type.baseType, memory),
    generated: generated === undefined ? null : generated.generated_kind === 'v' ? 'virtual' : 'stored',
    identity: identity === undefined ? null : identity.generated_when === 'a' ? 'always' : 'by default',
    identitySequence:
      identity === undefined || sequence === null
        ? null
        : {
            name: sequence,
            options: `SEQUENCE NAME ${sequence} START WITH 1 INCREMENT BY 1 MINVALUE 1 CACHE 1`,
          },
    collation: namesOf(definition.collClause?.collname).map(quoteIdent).join('.') || null,
    ownedSequences: type.serial && sequence !== null ? [sequence] : [],
    hashable: type.hashable,
    constrainedDomain: type.constrainedDomain,
  };
  table.columns = [...table.columns, column];
  if (generated !== undefined) {
    const expression = source.listAfter(generated.location ?? 0).join(', ');
    const used = table.columns.filter(
      (each) =>
        each.name !== name && new RegExp(`\\b${each.name.replaceAll(/\W/g, '.')}\\b`).test(expression),
    );
    table.dependents = [
      ...table.dependents,
      ...used.map((each) => ({ column: each.name, kind: 'generated column' as const, name, view: null })),
    ];
  }
  const ordered = constraints.filter(({ contype }) => contype !== 'CONSTR_DEFAULT');
  for (const constraint of ordered) addConstraint(memory, table, constraint, name, source);
  // Serials and identities are NOT NULL without saying so.
  if (sequence !== null) addConstraint(memory, table, { contype: 'CONSTR_NOTNULL' }, name, source);
}
