import { type NameResolver, qualifyNames } from '@/lib/sql/qualify-names';
import { labelOf, type Memory, resolveName } from '../memory-catalog/memory';

/** Functions that extensions bring and that migrations call: PostgreSQL has none of these names. */
const EXTENSION_FUNCTION =
  /^(uuid_generate_v\d\w*|gen_random_bytes|gen_salt|crypt|digest|hmac|armor|pgp_\w+|similarity|word_similarity|unaccent|nanoid|uuidv7_\w+|ulid_\w+|st_\w+)$/;

function resolverFor(memory: Memory): NameResolver {
  const place = (name: string, ...maps: ReadonlyMap<string, unknown>[]): string | null => {
    const found = resolveName(memory, { schema: null, name }, ...maps);
    return maps.some((map) => map.has(labelOf(found))) ? found.schema : null;
  };
  return {
    relation: (name) => place(name, memory.tables, memory.views, memory.otherNames),
    type: (name) => place(name, memory.enums, memory.domains),
    function: (name) =>
      (memory.functions.get(name)?.language ?? '') !== '' || EXTENSION_FUNCTION.test(name)
        ? (memory.searchPath[0] ?? null)
        : null,
  };
}

/** Statements with the schema before each name that the memory knows. */
export function withSchemas(memory: Memory, sql: string): string {
  return qualifyNames(sql, resolverFor(memory));
}

const PREFIX = 'SELECT (';

/** One expression with the schema before each name that the memory knows. */
export function expressionWithSchemas(memory: Memory, expression: string): string {
  return withSchemas(memory, `${PREFIX}${expression}\n)`).slice(PREFIX.length, -2);
}
