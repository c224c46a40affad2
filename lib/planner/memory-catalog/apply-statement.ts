import { type AlterTableStmt, type CreateStmt, type IndexStmt, type NodeOf, nodesOf } from '@/lib/sql/ast';
import type { CodeBlock } from '@/lib/sql/migration/do-block';
import { sourceText } from '@/lib/sql/source-text';
import { alterTable } from './alter-table';
import { createTable } from './create-table';
import { noteDefinition } from './definitions';
import { drop } from './drop';
import { indexOf } from './index-info';
import { ANY, emptyTable, labelOf, type Memory, relationOf, resolveName } from './memory';
import { rename, setSchema } from './rename';
import { callSetConfig, setSearchPath } from './search-path';
import { alterEnum, createDomain, createEnum, createFunction, createTrigger } from './types-and-code';
import { createPolicy, createView } from './views-and-policies';

/** A statement as the reader gives it. */
export interface AppliedStatement {
  readonly kind: string;
  readonly node: unknown;
  readonly text: string;
  /** Byte from which the nodes' places count. */
  readonly base: number;
  readonly block?: CodeBlock | null;
}

type Apply = (memory: Memory, node: never, statement: AppliedStatement) => void;

/** The reader pairs a statement's kind with its node: TypeScript cannot see that the two go together. */
const on = <K extends string, N>(
  kind: K,
  apply: (memory: Memory, node: N, statement: AppliedStatement) => void,
) => [kind, apply as Apply] as const;

const sourceOf = ({ text, base }: AppliedStatement) => sourceText(text, base);

const APPLIES = new Map<string, Apply>([
  on<'CreateStmt', CreateStmt>('CreateStmt', (memory, node, statement) =>
    createTable(memory, node, sourceOf(statement)),
  ),
  on<'AlterTableStmt', AlterTableStmt>('AlterTableStmt', (memory, node, statement) =>
    alterTable(memory, node, sourceOf(statement)),
  ),
  on<'IndexStmt', IndexStmt>('IndexStmt', (memory, node, statement) => {
    const label = labelOf(relationOf(memory, node.relation));
    const view = memory.views.get(label);
    if (view?.materialized === true) {
      const index = indexOf(memory, emptyTable(view), node, sourceOf(statement));
      memory.views.set(label, { ...view, indexes: [...(view.indexes ?? []), index] });
    }
    const table = memory.tables.get(label);
    if (table === undefined || table.indexes.some(({ name }) => name === node.idxname)) return;
    table.indexes = [...table.indexes, indexOf(memory, table, node, sourceOf(statement))];
  }),
  on<'DropStmt', NodeOf<'DropStmt'>>('DropStmt', drop),
  on<'RenameStmt', NodeOf<'RenameStmt'>>('RenameStmt', rename),
  on<'AlterObjectSchemaStmt', NodeOf<'AlterObjectSchemaStmt'>>('AlterObjectSchemaStmt', setSchema),
  on<'CreateEnumStmt', NodeOf<'CreateEnumStmt'>>('CreateEnumStmt', createEnum),
  on<'AlterEnumStmt', NodeOf<'AlterEnumStmt'>>('AlterEnumStmt', alterEnum),
  on<'CreateDomainStmt', NodeOf<'CreateDomainStmt'>>('CreateDomainStmt', createDomain),
  on<'CreateFunctionStmt', NodeOf<'CreateFunctionStmt'>>('CreateFunctionStmt', createFunction),
  on<'CreateTrigStmt', NodeOf<'CreateTrigStmt'>>('CreateTrigStmt', createTrigger),
  on<'CreatePolicyStmt', NodeOf<'CreatePolicyStmt'>>('CreatePolicyStmt', createPolicy),
  on<'ViewStmt', NodeOf<'ViewStmt'>>('ViewStmt', (memory, node, statement) =>
    createView(memory, node.view, node.query, {
      materialized: false,
      definition: sourceOf(statement).afterWord(node.view?.location ?? 0, 'AS') ?? '',
    }),
  ),
  on<'CreateTableAsStmt', NodeOf<'CreateTableAsStmt'>>('CreateTableAsStmt', (memory, node) => {
    if (node.objtype === 'OBJECT_MATVIEW')
      createView(memory, node.into?.rel, node.query, { materialized: true, definition: '' });
  }),
  on<'VariableSetStmt', NodeOf<'VariableSetStmt'>>('VariableSetStmt', setSearchPath),
  on<'SelectStmt', NodeOf<'SelectStmt'>>('SelectStmt', callSetConfig),
  on<'CreateSchemaStmt', NodeOf<'CreateSchemaStmt'>>('CreateSchemaStmt', (memory, { schemaname }) => {
    if (schemaname !== undefined) memory.schemas.add(schemaname);
  }),
  on<'CreateSeqStmt', NodeOf<'CreateSeqStmt'>>('CreateSeqStmt', (memory, { sequence }) => {
    const relation = resolveName(memory, {
      schema: sequence?.schemaname ?? null,
      name: sequence?.relname ?? '',
    });
    memory.otherNames.set(labelOf(relation), relation);
  }),
]);

/**
 * Does in memory what the statement would do to the catalog. What changes nothing that a plan rests on is passed over. A DO
 * block is taken to have done all that stands in it: on an earlier file's history its conditions held.
 */
export function applyStatement(memory: Memory, statement: AppliedStatement): void {
  for (const inner of statement.block?.statements ?? [])
    applyStatement(memory, { kind: inner.kind, node: inner.node, text: inner.text, base: 0 });
  noteDefinition(memory, statement);
  const apply = APPLIES.get(statement.kind);
  if (apply === undefined) return;
  if (TOUCHES_NO_TABLE.has(statement.kind)) {
    apply(memory, statement.node as never, statement);
    return;
  }
  const label = () => labelOf(relationOf(memory, rangeOf(statement.node)));
  const own = touchesOwnTable(statement);
  if (!own) memory.changes.push(ANY);
  const keys = (own ? memory.tables.get(label())?.foreignKeys : null) ?? [];
  apply(memory, statement.node as never, statement);
  const table = own ? memory.tables.get(label()) : undefined;
  if (table === undefined) memory.changes.push(ANY);
  else
    memory.changes.push(
      ...[table, ...[...keys, ...table.foreignKeys].map(({ references }) => references)].map(labelOf),
    );
}

/** Entries of tables hold nothing of types, functions and sequences, and find names that are taken when they are asked. */
const TOUCHES_NO_TABLE: ReadonlySet<string> = new Set([
  'VariableSetStmt',
  'SelectStmt',
  'CreateEnumStmt',
  'AlterEnumStmt',
  'CreateDomainStmt',
  'CreateFunctionStmt',
  'CreateSchemaStmt',
  'CreateSeqStmt',
]);

const rangeOf = (node: unknown) =>
  (node as { readonly relation?: { readonly schemaname?: string; readonly relname?: string } }).relation;

/** Commands that change entries of other tables too, beyond those that the table's own keys name. */
const REACHES_OUT = /^AT_(DropColumn|DropConstraint|AttachPartition|DetachPartition|AddInherit|DropInherit)/;

function touchesOwnTable({ kind, node }: AppliedStatement): boolean {
  if (kind === 'IndexStmt' || kind === 'CreateTrigStmt') return true;
  const { cmds, inhRelations } = node as Pick<AlterTableStmt, 'cmds'> & Pick<CreateStmt, 'inhRelations'>;
  if (kind === 'CreateStmt') return inhRelations === undefined;
  return (
    kind === 'AlterTableStmt' &&
    nodesOf(cmds, 'AlterTableCmd').every(({ subtype }) => !REACHES_OUT.test(subtype ?? ''))
  );
}
