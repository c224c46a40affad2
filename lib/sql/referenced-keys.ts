import { parseSync } from 'libpg-query';
import type { RelationName } from '@/lib/core/sql-text';
import { namesOf, nodeOf } from './ast';
import { walkTree } from './parse-tree';

/** A table and the columns of it that a foreign key references; none where it means the primary key. */
export interface ReferencedKey {
  readonly table: RelationName;
  readonly columns: readonly string[];
}

/** What the foreign keys in SQL reference; those whose table has no schema are left out. Throws where it is not valid. */
export function referencedKeys(sql: string): ReferencedKey[] {
  const keys: ReferencedKey[] = [];
  walkTree({ tree: parseSync(sql) }, (_, child) => {
    const constraint = nodeOf({ Constraint: child }, 'Constraint');
    const { schemaname, relname } = constraint?.pktable ?? {};
    if (constraint?.contype !== 'CONSTR_FOREIGN' || schemaname === undefined || relname === undefined) return;
    keys.push({ table: { schema: schemaname, name: relname }, columns: namesOf(constraint.pk_attrs) });
  });
  return keys;
}
