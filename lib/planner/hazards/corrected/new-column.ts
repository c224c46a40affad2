import type { ColumnDef, Constraint } from 'libpg-query';
import type { AlterCommand } from '@/lib/sql/alter-commands';
import { nodesOf } from '@/lib/sql/ast';

/** One constraint of a column as it was written, with what says when it is checked. */
export interface ColumnClause {
  readonly constraint: Constraint;
  readonly deferral: string;
  readonly start: number;
  readonly end: number;
  /** Without CONSTRAINT and its name. */
  readonly text: string;
}

/** The constraints that an ADD COLUMN writes behind the type. */
export function columnClauses(command: AlterCommand, column: ColumnDef): ColumnClause[] {
  const constraints = nodesOf(column.constraints, 'Constraint');
  const bytes = Buffer.from(command.text, 'utf8');
  const places = [
    ...constraints.map(({ location }) => location ?? 0),
    ...(column.collClause?.location === undefined ? [] : [column.collClause.location]),
    command.end,
  ].sort((a, b) => a - b);
  const clauses: ColumnClause[] = [];
  for (const constraint of constraints) {
    const start = constraint.location ?? 0;
    const end = places.find((place) => place > start) ?? command.end;
    const text = bytes
      .subarray(start - command.start, end - command.start)
      .toString('utf8')
      .trim();
    const last = clauses.at(-1);
    if (/^CONSTR_ATTR_/.test(constraint.contype ?? '') && last !== undefined)
      clauses[clauses.length - 1] = { ...last, end, deferral: `${last.deferral} ${text}` };
    else
      clauses.push({
        constraint,
        start,
        end,
        deferral: '',
        text: text.replace(/^CONSTRAINT\s+(?:"(?:[^"]|"")+"|\S+)\s+/i, ''),
      });
  }
  return clauses;
}
