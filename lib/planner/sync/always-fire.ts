import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';

/**
 * Lets triggers fire also where `session_replication_role` is `replica`: bulk loaders set it, and logical replication
 * applies changes under it. A row written there would otherwise have one side only.
 */
export function alwaysFire(table: RelationName, triggers: readonly string[]): string {
  const each = triggers.map((name) => `ENABLE ALWAYS TRIGGER ${quoteIdent(name)}`);
  return `ALTER TABLE ${quoteName(table)} ${each.join(', ')}`;
}
