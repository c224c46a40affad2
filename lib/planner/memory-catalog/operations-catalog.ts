import { parseSync } from 'libpg-query';
import type { Operation } from '@/lib/core/operation';
import { nodeOf, nodesOf } from '@/lib/sql/ast';
import { parseExpression } from '@/lib/sql/expression';
import { typeModifiers } from '@/lib/sql/type-name';
import type { Catalog, TypeInfo, Volatility } from '../catalog';
import { expressionsOf, typesOf } from '../registry';
import { catalogOf } from './catalog-of';
import type { Memory } from './memory';
import { typeText } from './type-text';

/** Functions of PostgreSQL that give another value each time; of the rest, those that read the clock are stable. */
const VOLATILE =
  /^(random|random_normal|gen_random_uuid|uuidv4|uuidv7|uuid_generate_v\d\w*|clock_timestamp|timeofday|nextval|setval|currval|lastval|txid_current|pg_current_xact_id|gen_random_bytes|gen_salt|nanoid|cuid|ulid)$/;
const STABLE = /^(now|transaction_timestamp|statement_timestamp|current_\w+|to_char|age|timezone)$/;

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

/** How often a function gives the same value, as far as files and PostgreSQL's own functions tell. Unknown ones count as volatile. */
function volatilityOf(name: string, memory: Memory): Volatility {
  const own = memory.functions.get(name);
  if (own !== undefined) return own.volatility;
  if (VOLATILE.test(name)) return 'volatile';
  return STABLE.test(name) ? 'stable' : 'immutable';
}

/** The catalog from files, with what the operations ask beyond tables. Throws `bad_expression` for what is no type or expression. */
export function operationsCatalog(memory: Memory, operations: readonly Operation[]): Catalog {
  const functions = expressionsOf(operations).flatMap((text) => parseExpression(text).functions);
  return {
    ...catalogOf(memory),
    functions: Object.fromEntries(functions.map((name) => [name, volatilityOf(name, memory)])),
    types: Object.fromEntries(typesOf(operations).map((type) => [type, typeOf(type, memory)])),
  };
}
