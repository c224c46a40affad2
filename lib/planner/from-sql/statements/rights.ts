import { quoteLiteral } from '@/lib/core/sql-text';
import { type NodeOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import { clausesOf } from '@/lib/sql/clauses';
import { labelOf } from '../../memory-catalog/memory';
import type { Outcome } from '../part';
import { relationIn, type StatementContext } from '../statement-context';
import { free, freeAsking, withPath } from './free';
import { newTableIn } from './objects';

/** The comment that was there, as far as earlier files or the database tell. */
function commentBefore(context: StatementContext, statement: NodeOf<'CommentStmt'>): string | null {
  const names = nodesOf(nodeOf(statement.object, 'List')?.items, 'String').map(({ sval }) => sval ?? '');
  if (statement.objtype !== 'OBJECT_COLUMN') return null;
  const table = relationIn(context, {
    schemaname: names.length > 2 ? names[0] : undefined,
    relname: names.at(-2),
  });
  const column = context.before.tables.get(labelOf(table))?.columns.find(({ name }) => name === names.at(-1));
  return column?.comment ?? null;
}

export function readComment(context: StatementContext, statement: NodeOf<'CommentStmt'>): Outcome[] {
  const items = nodeOf(statement.object, 'List')?.items;
  const isColumn = statement.objtype === 'OBJECT_COLUMN';
  const made = isColumn || statement.objtype === 'OBJECT_TABLE' ? newTableIn(context, items, isColumn) : null;
  // It goes with the table whose way back drops it, and must not be taken away from one that is gone.
  if (made !== null) return [{ kind: 'extends', table: made, sql: withPath(context, context.text) }];
  const before = commentBefore(context, statement);
  const { COMMENT: target = '' } = clausesOf(context.text, ['COMMENT', 'IS']);
  return [
    free(context, {
      up: context.text,
      down: `COMMENT ${target} IS ${before === null ? 'NULL' : quoteLiteral(before)}`,
    }),
  ];
}

/** GRANT and REVOKE are each other's way back; a right is taken only when no old code is left to need it. */
export function readGrant(
  context: StatementContext,
  statement: NodeOf<'GrantStmt'> | NodeOf<'GrantRoleStmt'>,
): Outcome[] {
  const grants = statement.is_grant === true;
  const [range] = 'objects' in statement ? nodesOf(statement.objects, 'RangeVar') : [];
  const table = range === undefined ? null : relationIn(context, range);
  if (table !== null && context.created.has(labelOf(table)) && grants)
    return [{ kind: 'extends', table, sql: withPath(context, context.text) }];
  const { GRANT, REVOKE, TO, FROM } = clausesOf(context.text, [
    'GRANT',
    'REVOKE',
    'TO',
    'FROM',
    'WITH',
    'CASCADE',
    'RESTRICT',
    'GRANTED',
  ]);
  const down = grants ? `REVOKE ${GRANT ?? ''} FROM ${TO ?? ''}` : `GRANT ${REVOKE ?? ''} TO ${FROM ?? ''}`;
  const about = table === null ? [] : [table];
  if (!grants && /^GRANT OPTION FOR/i.test(REVOKE ?? ''))
    return [
      freeAsking(
        context,
        { up: context.text, phase: 'contract' },
        'rights',
        'This takes the right to grant away: how is it given back?',
      ),
    ];
  return [free(context, { up: context.text, down, phase: grants ? 'expand' : 'contract', tables: about })];
}

export const readDefaultRights = (context: StatementContext): Outcome[] => [
  freeAsking(
    context,
    { up: context.text },
    'rights',
    'This changes the rights that new objects get: what were they before?',
  ),
];
