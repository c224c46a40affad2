import { parseSync } from 'libpg-query';
import type { Operation } from '@/lib/core/operation';
import { nodeOf, nodesOf } from '@/lib/sql/ast';
import { parseExpression } from '@/lib/sql/expression';
import { typeModifiers } from '@/lib/sql/type-name';
import type { Catalog, TypeInfo } from '../catalog';
import { functionVolatility } from '../function-volatility';
import { expressionsOf, typesOf } from '../registry';
import { catalogOf } from './catalog-of';
import type { Memory } from './memory';
import { typeText } from './type-text';

function typeOf(written: string, memory: Memory): TypeInfo {
  typeModifiers(written);
  const [statement] = parseSync(`SELECT CAST(NULL AS ${written}\n)`).stmts ?? [];
  const [target] = nodesOf(nodeOf(statement?.stmt, 'SelectStmt')?.targetList, 'ResTarget');
  const { type, baseType, hashable, constrainedDomain } = typeText(
    nodeOf(target?.val, 'TypeCast')?.typeName,
    memory,
  );
  return { type, baseType, hashable, constrainedDomain };
}

/** The catalog from files, with what the operations ask beyond tables. Throws `bad_expression` for what is no type or expression. */
export function operationsCatalog(memory: Memory, operations: readonly Operation[]): Catalog {
  const functions = expressionsOf(operations).flatMap((text) => parseExpression(text).functions);
  return {
    ...catalogOf(memory),
    functions: Object.fromEntries(
      functions.map((name) => [
        name,
        memory.functions.get(name)?.volatility ?? functionVolatility(name) ?? 'volatile',
      ]),
    ),
    types: Object.fromEntries(typesOf(operations).map((type) => [type, typeOf(type, memory)])),
  };
}
