import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { type Node, type NodeOf, namesOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import { writtenNames } from './create-table';
import { labelOf, type Memory, relationOf } from './memory';
import { typeText } from './type-text';

/** How a policy, trigger, view or function was made; null: it is there, but nobody knows how. */
export type Definition = {
  readonly statements: readonly string[];
  /** Where the statements find names without a schema. */
  readonly searchPath: readonly string[];
} | null;

/** A policy, trigger, view or function by its kind and full name. */
export interface NamedObject {
  readonly key: string;
  /** For sentences: "the policy own of public.items". */
  readonly words: string;
  readonly drop: string;
  /** The table that it is on. */
  readonly table: RelationName | null;
}

type Range = Parameters<typeof relationOf>[1];

const onTable = (kind: 'policy' | 'trigger', table: RelationName, name: string): NamedObject => ({
  key: `${kind} ${labelOf(table)} ${name}`,
  words: `the ${kind} ${name} of ${labelOf(table)}`,
  drop: `DROP ${kind.toUpperCase()} ${quoteIdent(name)} ON ${quoteName(table)}`,
  table,
});

const view = (relation: RelationName, materialized: boolean): NamedObject => ({
  key: `view ${labelOf(relation)}`,
  words: `the view ${labelOf(relation)}`,
  drop: `DROP ${materialized ? 'MATERIALIZED ' : ''}VIEW ${quoteName(relation)}`,
  table: null,
});

/** The name of a type without its schema, by which overloads are told apart. */
const bareType = (type: string): string => type.replaceAll('"', '').replace(/^.*\./, '');

function routine(
  memory: Memory,
  names: readonly string[],
  types: readonly string[] | null,
  what: string,
): NamedObject {
  const name = names.at(-1) ?? '';
  const list = types === null ? null : `(${types.map(bareType).join(', ')})`;
  const keyIn = (schema: string) => `function ${labelOf({ schema, name })}`;
  const found = (schema: string) =>
    list !== null
      ? memory.definitions.has(`${keyIn(schema)}${list}`)
      : [...memory.definitions.keys()].some((key) => key.startsWith(`${keyIn(schema)}(`));
  const schema =
    names.length > 1 ? (names[0] ?? '') : (memory.searchPath.find(found) ?? memory.searchPath[0] ?? 'public');
  const overloads = [...memory.definitions.keys()].filter((key) => key.startsWith(`${keyIn(schema)}(`));
  const [only] = overloads;
  return {
    key:
      list === null && overloads.length === 1 && only !== undefined
        ? only
        : `${keyIn(schema)}${list ?? '()'}`,
    words: `the ${what.toLowerCase()} ${labelOf({ schema, name })}`,
    drop: `DROP ${what} ${quoteName({ schema, name })}${types === null ? '' : `(${types.join(', ')})`}`,
    table: null,
  };
}

const relation = (memory: Memory, range: Range): RelationName => {
  const { schema, name } = relationOf(memory, range);
  return { schema, name };
};

/** The policy, trigger, view or function that a statement makes, or makes otherwise; null: none. */
export function madeObject(memory: Memory, kind: string, node: unknown): NamedObject | null {
  const wrapped = { [kind]: node };
  const policy = nodeOf(wrapped, 'CreatePolicyStmt') ?? nodeOf(wrapped, 'AlterPolicyStmt');
  if (policy !== undefined)
    return onTable('policy', relation(memory, policy.table), policy.policy_name ?? '');
  const trigger = nodeOf(wrapped, 'CreateTrigStmt');
  if (trigger !== undefined)
    return onTable('trigger', relation(memory, trigger.relation), trigger.trigname ?? '');
  const plain = nodeOf(wrapped, 'ViewStmt');
  if (plain !== undefined) return view(newRelation(memory, plain.view), false);
  const stored = nodeOf(wrapped, 'CreateTableAsStmt');
  if (stored?.objtype === 'OBJECT_MATVIEW') return view(newRelation(memory, stored.into?.rel), true);
  const code = nodeOf(wrapped, 'CreateFunctionStmt');
  if (code === undefined) return null;
  const inputs = nodesOf(code.parameters, 'FunctionParameter').filter(
    ({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE',
  );
  const types = inputs.map(({ argType }) => typeText(argType, memory).type);
  const names = namesOf(code.funcname);
  const own = names.length > 1 ? names : [memory.searchPath[0] ?? 'public', ...names];
  return routine(memory, own, types, code.is_procedure === true ? 'PROCEDURE' : 'FUNCTION');
}

const newRelation = (memory: Memory, range: Range): RelationName => ({
  schema: range?.schemaname ?? memory.searchPath[0] ?? 'public',
  name: range?.relname ?? '',
});

const ROUTINES: Readonly<Record<string, string>> = {
  OBJECT_FUNCTION: 'FUNCTION',
  OBJECT_PROCEDURE: 'PROCEDURE',
  OBJECT_ROUTINE: 'ROUTINE',
};

/** The policies, triggers, views or functions that a DROP names. */
export function droppedObjects(
  memory: Memory,
  { removeType, objects = [] }: NodeOf<'DropStmt'>,
): NamedObject[] {
  if (removeType === 'OBJECT_POLICY' || removeType === 'OBJECT_TRIGGER')
    return objects.map((object) => {
      const parts = namesOf(nodeOf(object, 'List')?.items);
      const table = relation(memory, {
        ...(parts.length > 2 ? { schemaname: parts.at(-3) } : {}),
        relname: parts.at(-2),
      });
      return onTable(removeType === 'OBJECT_POLICY' ? 'policy' : 'trigger', table, parts.at(-1) ?? '');
    });
  if (removeType === 'OBJECT_VIEW' || removeType === 'OBJECT_MATVIEW')
    return writtenNames(objects).map(({ schema, name }) =>
      view(
        relation(memory, { ...(schema === null ? {} : { schemaname: schema }), relname: name }),
        removeType === 'OBJECT_MATVIEW',
      ),
    );
  const what = ROUTINES[removeType ?? ''];
  if (what === undefined) return [];
  return objects.flatMap((object: Node) => {
    const code = nodeOf(object, 'ObjectWithArgs');
    if (code === undefined) return [];
    const types =
      code.args_unspecified === true
        ? null
        : nodesOf(code.objargs, 'TypeName').map((type) => typeText(type, memory).type);
    return [routine(memory, namesOf(code.objname), types, what)];
  });
}

/** Keeps how a statement makes policies, triggers, views and functions, so that they can be made again. */
export function noteDefinition(
  memory: Memory,
  { kind, node, text }: { readonly kind: string; readonly node: unknown; readonly text: string },
): void {
  const { definitions, searchPath } = memory;
  const dropped = nodeOf({ [kind]: node }, 'DropStmt');
  if (dropped !== undefined) {
    for (const { key } of droppedObjects(memory, dropped)) definitions.delete(key);
    if (dropped.removeType === 'OBJECT_TABLE')
      for (const { schema, name } of writtenNames(dropped.objects))
        for (const key of keysOn(
          memory,
          relation(memory, { ...(schema === null ? {} : { schemaname: schema }), relname: name }),
        ))
          definitions.delete(key);
    return;
  }
  const renamed = nodeOf({ [kind]: node }, 'RenameStmt');
  if (renamed !== undefined) {
    noteRename(memory, renamed);
    return;
  }
  const made = madeObject(memory, kind, node);
  if (made === null) return;
  const before = definitions.get(made.key);
  if (kind === 'AlterPolicyStmt')
    definitions.set(
      made.key,
      before == null ? null : { ...before, statements: [...before.statements, text] },
    );
  else definitions.set(made.key, { statements: [text], searchPath });
}

const keysOn = (memory: Memory, table: RelationName): string[] =>
  [...memory.definitions.keys()].filter(
    (key) => key.startsWith(`policy ${labelOf(table)} `) || key.startsWith(`trigger ${labelOf(table)} `),
  );

/** Under another name it is there, but its text names the old one. */
function noteRename(memory: Memory, statement: NodeOf<'RenameStmt'>): void {
  const { definitions } = memory;
  const { subname = '', newname = '', renameType } = statement;
  const from = relation(memory, statement.relation);
  const move = (key: string, to: string) => {
    if (!definitions.has(key)) return;
    definitions.delete(key);
    definitions.set(to, null);
  };
  if (renameType === 'OBJECT_TABLE') {
    const to = labelOf({ schema: from.schema, name: newname });
    for (const key of keysOn(memory, from))
      move(
        key,
        key.replace(` ${labelOf(from)} `, () => ` ${to} `),
      );
  } else if (renameType === 'OBJECT_VIEW' || renameType === 'OBJECT_MATVIEW')
    move(`view ${labelOf(from)}`, `view ${labelOf({ schema: from.schema, name: newname })}`);
  else if (renameType === 'OBJECT_POLICY' || renameType === 'OBJECT_TRIGGER') {
    const word = renameType === 'OBJECT_POLICY' ? 'policy' : 'trigger';
    move(`${word} ${labelOf(from)} ${subname}`, `${word} ${labelOf(from)} ${newname}`);
  }
}
