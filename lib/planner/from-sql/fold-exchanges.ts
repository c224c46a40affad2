import type { OperationKind } from '@/lib/core/operation';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { fitIdentifier, transitionTag } from '../names';
import { askForWayBack } from './needs';
import { asOperation, type ObjectChange, type Part } from './part';
import type { OfKind } from './part-list';

type OperationPart = Extract<Part, { readonly kind: 'operation' }>;
/** A statement that drops, makes or replaces a policy, trigger, view or function. */
interface OnObject {
  readonly operation: OfKind<'free_sql'>;
  readonly object: ObjectChange;
  readonly statements: readonly number[];
  readonly needs: OperationPart['needs'];
}

function objectOf(part: Part | undefined): OnObject | null {
  if (part?.kind !== 'operation' || part.operation.kind !== 'free_sql' || part.object === undefined)
    return null;
  const { operation, object, statements, needs } = part;
  return { operation, object, statements, needs };
}

/** They give columns their values in Sync: code that reads the new ones can begin behind it. */
const FILLS: ReadonlySet<OperationKind> = new Set([
  'rename_column',
  'change_type',
  'drop_column',
  'replace_enum',
  'split_column',
  'merge_columns',
  'update_rows',
]);

const fills = (part: Part): boolean =>
  part.kind === 'operation' &&
  (FILLS.has(part.operation.kind) ||
    (part.operation.kind === 'add_column' && part.operation.value !== undefined));

/** The line that says where the file's statements find names. */
const pathOf = ({ up }: OfKind<'free_sql'>): string => up.slice(0, up.indexOf('\n') + 1);

/**
 * What a file drops and makes anew under one name is exchanged in one moment, with a way back that makes the old one again. A policy
 * that gives rights is made beside the old one, which stays until no old code needs it.
 */
export function foldExchanges(given: readonly Part[]): readonly Part[] {
  let parts = given;
  for (let at = 0; at < parts.length; at += 1) {
    const dropped = objectOf(parts[at]);
    if (dropped?.object.does !== 'drop') continue;
    const next = parts.findIndex((part, place) => {
      const made = objectOf(part)?.object;
      return place > at && made?.key === dropped.object.key && made.does === 'make';
    });
    const made = objectOf(parts[next]);
    if (made === null) continue;
    const exchanged = isUnion(dropped, made) ? sideBySide(dropped, made) : atOnce(dropped, made);
    parts = parts.flatMap((part, place) => (place === at ? [] : place === next ? exchanged : [part]));
    at -= 1;
  }
  return parts.some(fills) ? parts.map(behindSync) : parts;
}

/** Made otherwise while columns get their values: where old and new ones are the same. */
function behindSync(part: Part): Part {
  const found = objectOf(part);
  if (part.kind !== 'operation' || found?.object.does !== 'replace' || found.operation.phase !== 'expand')
    return part;
  return { ...part, operation: { ...found.operation, phase: 'switch' } };
}

const isUnion = (dropped: OnObject, made: OnObject): boolean =>
  made.object.key.startsWith('policy ') &&
  dropped.object.again !== null &&
  ![dropped.object.again, made.operation.up].some((sql) => /\bAS\s+RESTRICTIVE\b/i.test(sql));

const statementsOf = (dropped: OnObject, made: OnObject): readonly number[] => [
  ...new Set([...dropped.statements, ...made.statements]),
];

function atOnce(dropped: OnObject, made: OnObject): Part[] {
  const { object } = dropped;
  const path = pathOf(made.operation);
  const back = (sql: string) => `${path}${object.drop};\n${sql}`;
  const operation = {
    ...made.operation,
    phase: 'switch' as const,
    up: `${dropped.operation.up};\n${made.operation.up}`,
    down: object.again === null ? undefined : back(object.again),
    lossless: object.again !== null,
  };
  const needs =
    object.again === null
      ? [
          askForWayBack(
            object.key.replace(' ', ':'),
            operation.up,
            `This makes ${object.words} anew: how was it made before?`,
            back,
          ),
        ]
      : [];
  return [{ ...asOperation(operation, needs), statements: statementsOf(dropped, made) }];
}

/** Of two policies that give rights what either allows is allowed: old and new code both find theirs. */
function sideBySide(dropped: OnObject, made: OnObject): Part[] {
  const { key, table, again } = dropped.object;
  if (table === null || again === null) return atOnce(dropped, made);
  const name = quoteIdent(key.slice(`policy ${table.schema}.${table.name} `.length));
  const old = quoteIdent(fitIdentifier(`segue_old_${transitionTag(key)}`));
  const spare = quoteIdent(`segue_new_${transitionTag(key)}`);
  const on = quoteName(table);
  const rename = (from: string, to: string) => `ALTER POLICY ${from} ON ${on} RENAME TO ${to}`;
  const statements = statementsOf(dropped, made);
  const base = { ...made.operation, lossless: true };
  return [
    {
      ...asOperation({
        ...base,
        up: `${rename(name, old)};\n${made.operation.up}`,
        down: `${made.operation.down ?? ''};\n${rename(old, name)}`,
      }),
      statements,
    },
    {
      ...asOperation({
        ...base,
        phase: 'contract',
        up: `DROP POLICY ${old} ON ${on}`,
        down: [rename(name, spare), again, rename(name, old), rename(spare, name)].join(';\n'),
      }),
      statements,
    },
  ];
}
