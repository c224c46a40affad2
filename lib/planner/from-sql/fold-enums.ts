import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { labelOf, type Memory } from '../memory-catalog/memory';
import { asOperation, type Part } from './part';
import { isOn, operationOf } from './part-list';

interface UsedBy {
  readonly table: RelationName;
  readonly column: string;
  readonly default: string | null;
}

/** Columns that have the type before the file. */
function usersOf(start: Memory, type: RelationName): UsedBy[] {
  return [...start.tables.values()].flatMap((table) =>
    table.columns
      .filter(({ baseType }) => baseType.replaceAll('"', '').replace(/\[\]$/, '') === labelOf(type))
      .map(({ name, default: text }) => ({
        table: { schema: table.schema, name: table.name },
        column: name,
        default: text,
      })),
  );
}

const sameType = (a: RelationName, b: RelationName): boolean => labelOf(a) === labelOf(b);

/** The label in a default such as 'ok'::public.mood. */
const labelIn = (text: string | null): string | null => /^'((?:[^']|'')*)'/.exec(text ?? '')?.[1] ?? null;

/** The type that this new enum takes the place of, by being made after its drop or by taking over its name. */
function replacedBy(parts: readonly Part[], at: number, made: RelationName): RelationName | null {
  const dropped = parts.some(
    (part, index) => part.kind === 'type' && part.to === null && index < at && sameType(part.type, made),
  );
  if (dropped) return made;
  const renamed = parts.find((part) => part.kind === 'type' && part.to !== null && sameType(part.type, made));
  return renamed?.kind === 'type' && renamed.to !== null ? { schema: made.schema, name: renamed.to } : null;
}

/** What stands for nothing of its own once the enum is replaced: the ways to it, and the default that comes along. */
function belongs(part: Part, used: UsedBy, names: readonly RelationName[]): boolean {
  if (part.kind === 'type') return names.some((name) => sameType(part.type, name));
  if (part.kind !== 'operation') return false;
  const { operation } = part;
  if (operation.kind === 'change_type' || operation.kind === 'drop_default')
    return isOn(operation, used.table) && operation.column === used.column;
  return (
    operation.kind === 'set_default' &&
    isOn(operation, used.table) &&
    operation.column === used.column &&
    labelIn(operation.default) === labelIn(used.default)
  );
}

/**
 * An enum made anew with other values, as generators write it: over text, or as a second type that takes over the name. The new type
 * has a name of its own until the old one is gone at Delete.
 */
export function foldEnums(given: readonly Part[], start: Memory): readonly Part[] {
  let parts = given;
  for (let at = 0; at < parts.length; at += 1) {
    const made = operationOf(parts[at], 'create_enum');
    const old = made === null ? null : replacedBy(parts, at, made.type);
    const users = old === null ? [] : usersOf(start, old);
    const [used] = users;
    if (made === null || old === null || used === undefined || users.length > 1) continue;
    const fresh = sameType(made.type, old) ? { schema: old.schema, name: `${old.name}_new` } : made.type;
    const aside = parts.flatMap((part) =>
      part.kind === 'type' && part.to !== null && sameType(part.type, old)
        ? [{ schema: old.schema, name: part.to }]
        : [],
    );
    const taken = parts.filter(
      (part, index) => index === at || belongs(part, used, [old, made.type, ...aside]),
    );
    const statements = [...new Set(taken.flatMap((part) => part.statements))];
    const { table, column } = used;
    const replaced: Part[] = [
      {
        ...asOperation({
          kind: 'replace_enum',
          table,
          column,
          type: fresh,
          values: made.values,
          map: undefined,
          onFailure: undefined,
          keepType: false,
        }),
        statements,
      },
      {
        ...asOperation({
          kind: 'free_sql',
          phase: 'purge',
          up: `ALTER TYPE ${quoteName(fresh)} RENAME TO ${quoteIdent(old.name)}`,
          down: undefined,
          tables: [],
          lossless: false,
        }),
        statements,
      },
    ];
    const first = parts.findIndex((part) => taken.includes(part));
    parts = parts.flatMap((part, index) => (index === first ? replaced : taken.includes(part) ? [] : [part]));
  }
  return parts;
}
