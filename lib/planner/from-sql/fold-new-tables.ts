import { labelOf } from '../memory-catalog/memory';
import type { Part } from './part';

/** A table that the file makes, with the statements on it that came since. */
interface NewTable {
  readonly at: number;
  readonly label: string;
}

/** A statement may move up to where its table is made if nothing that came in between is named in it. */
function mayJoin(sql: string, between: readonly Part[]): boolean {
  return between.every((part) => {
    if (part.kind !== 'operation') return true;
    const { operation } = part;
    if (operation.kind === 'create_table') return !mentions(sql, operation.table.name);
    return operation.kind !== 'free_sql' || !namesOf(operation.up).some((name) => mentions(sql, name));
  });
}

/** What CREATE … makes, by name: types, functions, views, sequences. */
function namesOf(sql: string): string[] {
  return [
    ...sql.matchAll(/\bCREATE\s+[\w\s]*?(?:"[^"]+"\.|\w+\.)?("(?:[^"]|"")+"|\w+)\s*(?=\(|AS\b|;|$)/gi),
  ].map(([, name = '']) => name.replaceAll('"', ''));
}

const mentions = (sql: string, name: string): boolean =>
  new RegExp(`(?<![\\w])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w])`, 'i').test(sql);

/** Statements on a table that the same file makes become part of making it: nobody uses it yet, so none of them makes anybody wait. */
export function foldNewTables(parts: readonly Part[]): readonly Part[] {
  const folded: Part[] = [];
  const made: NewTable[] = [];
  for (const part of parts) {
    if (part.kind === 'operation' && part.operation.kind === 'create_table')
      made.push({ at: folded.length, label: labelOf(part.operation.table) });
    if (part.kind !== 'extends') {
      folded.push(part);
      continue;
    }
    const { table, sql } = part;
    // The last table that it names is the first moment at which it can run.
    const target = made.findLast(
      ({ label }) => label === labelOf(table) || mentions(sql, label.split('.')[1] ?? label),
    );
    const create = target === undefined ? undefined : folded[target.at];
    if (
      target === undefined ||
      create?.kind !== 'operation' ||
      create.operation.kind !== 'create_table' ||
      target.label !== labelOf(table) ||
      !mayJoin(sql, folded.slice(target.at + 1))
    ) {
      folded.push(part);
      continue;
    }
    const { also } = create.operation;
    folded[target.at] = {
      ...create,
      operation: { ...create.operation, also: also === undefined ? sql : `${also};\n${sql}` },
      statements: [...new Set([...create.statements, ...part.statements])],
    };
  }
  return folded;
}
