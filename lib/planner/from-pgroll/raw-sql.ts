import type { PgrollBody } from './pgroll-file';
import { asking, freeSql, only, type PgrollContext, type PgrollPart } from './pgroll-part';

/**
 * SQL of the author's. On completion, when pgroll has taken the old version away, is Delete in Segue: neither has a way back from
 * there. On start it needs one.
 */
export function rawSql({ up, down, onComplete }: PgrollBody<'sql'>, context: PgrollContext): PgrollPart {
  if (onComplete === true) return only(freeSql(up, { phase: 'purge' }));
  if (down !== undefined && down.trim() !== '') return only(freeSql(up, { down }));
  return asking(
    context,
    {
      id: `way-back:${context.number}`,
      kind: 'way-back',
      text: `What undoes the SQL of operation ${context.number}? Until Delete Segue must be able to go back.`,
    },
    (answer) => only(freeSql(up, { down: answer })),
  );
}
