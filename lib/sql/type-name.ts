import { parseSync } from 'libpg-query';
import { SegueError } from '@/lib/core/errors';
import './expression';

/**
 * The modifiers of a type as text: "numeric(10,2)" → ["10", "2"]. Throws `bad_expression` for anything that is not the
 * name of exactly one type, so that the text may stand in a statement.
 */
export function typeModifiers(type: string): string[] {
  const bad = (cause?: unknown) =>
    new SegueError('bad_expression', `${type} is not the name of a type.`, {
      object: type,
      next: 'Write it as in CREATE TABLE, for example numeric(10,2).',
      cause,
    });
  try {
    const statements = parseSync(`SELECT CAST(NULL AS ${type}\n)`).stmts ?? [];
    const only = statements.length === 1 ? statements[0]?.stmt : undefined;
    const target = only !== undefined && 'SelectStmt' in only ? only.SelectStmt.targetList : undefined;
    const value =
      target?.length === 1
        ? (target[0] as { ResTarget?: { val?: { TypeCast?: { typeName?: { typmods?: unknown[] } } } } })
            .ResTarget?.val
        : undefined;
    const typeName = value?.TypeCast?.typeName;
    if (typeName === undefined) throw bad();
    return (typeName.typmods ?? []).map((modifier) => {
      const constant = (modifier as { A_Const?: { ival?: { ival?: number } } }).A_Const?.ival;
      if (constant === undefined) throw bad();
      return String(constant.ival ?? 0);
    });
  } catch (error) {
    throw error instanceof SegueError ? error : bad(error);
  }
}
