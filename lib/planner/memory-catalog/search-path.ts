import { type NodeOf, namesOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import type { Memory } from './memory';

/** Where nothing else was said. */
const USUAL = ['public'];

/** Schemas of a path, without those of the system; an empty path finds nothing but what is named with its schema. */
const schemasOf = (names: readonly string[]): string[] =>
  names
    .map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    .filter((name) => name !== '' && !/^(pg_|\$user$)/.test(name));

/** A file is a session of its own: it begins where every session does. */
export function beginSession(memory: Memory): void {
  memory.searchPath = USUAL;
}

/** SET search_path, and RESET and SET … TO DEFAULT. SET LOCAL is taken to hold on: a file is one transaction for most tools. */
export function setSearchPath(memory: Memory, statement: NodeOf<'VariableSetStmt'>): void {
  if (statement.name !== 'search_path' && statement.kind !== 'VAR_RESET_ALL') return;
  const values = nodesOf(statement.args, 'A_Const').flatMap(({ sval }) => sval?.sval ?? []);
  memory.searchPath = statement.kind === 'VAR_SET_VALUE' ? schemasOf(values) : USUAL;
}

/** SELECT set_config('search_path', …), as pg_dump writes it. */
export function callSetConfig(memory: Memory, statement: NodeOf<'SelectStmt'>): void {
  for (const { val } of nodesOf(statement.targetList, 'ResTarget')) {
    const call = nodeOf(val, 'FuncCall');
    if (call === undefined || namesOf(call.funcname).at(-1) !== 'set_config') continue;
    const [name, value] = nodesOf(call.args, 'A_Const').map(({ sval }) => sval?.sval ?? '');
    if (name === 'search_path' && value !== undefined) memory.searchPath = schemasOf(value.split(','));
  }
}
