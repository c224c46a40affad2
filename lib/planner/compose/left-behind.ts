import type { Operation } from '@/lib/core/operation';
import { type DeployNote, type Finding, PHASE_KINDS, PHASE_TITLES, type PhaseKind } from '@/lib/core/plan';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { type RowMove, type RowSource, rowMoves, valueSources } from '@/lib/sql/row-moves';
import { mergeNotes } from '../merge-phase';
import { freeStatements } from '../operations/free-sql';
import { type PhasePart, relationLabel } from '../plan-parts';
import type { Compiled } from './compile-all';

/** Rows or values that an operation takes from tables, once, and the phase in which it does. */
interface Copying {
  readonly phase: PhaseKind;
  readonly moves: readonly RowMove[];
  readonly sql: string;
}

/** What goes while old code may still write it: a table, a column, or rows. */
interface Going {
  readonly does: 'drop' | 'delete';
  readonly table: RelationName;
  readonly column: string | null;
  readonly phase: PhaseKind;
}

const order = (kind: PhaseKind): number => PHASE_KINDS.indexOf(kind);

function updateText(operation: Extract<Operation, { kind: 'update_rows' }>): string {
  const { table, as = table.name, set, from, where } = operation;
  return `UPDATE ${quoteName(table)} AS ${quoteIdent(as)} SET ${set}${from === undefined ? '' : ` FROM ${from}`}${where === undefined ? '' : ` WHERE ${where}`}`;
}

function copyingOf({ operation, notBefore }: Compiled): Copying | null {
  switch (operation.kind) {
    case 'free_sql': {
      const sql = freeStatements(operation).up.filter(({ kind }) => /^(Insert|Update|Merge)Stmt$/.test(kind));
      return {
        phase: operation.phase,
        moves: sql.flatMap(({ text }) => rowMoves(text)),
        sql: sql.map(({ text }) => `${text};`).join('\n'),
      };
    }
    case 'create_table':
      return operation.also === undefined
        ? null
        : { phase: notBefore ?? 'expand', moves: rowMoves(operation.also), sql: operation.also };
    case 'update_rows': {
      const sql = updateText(operation);
      return { phase: 'dual_write', moves: rowMoves(sql), sql: `${sql};` };
    }
    case 'add_column': {
      const { table, column, value } = operation;
      if (value === undefined) return null;
      // What the row itself has is followed.
      const sources = valueSources(value, table).slice(operation.follows === true ? 1 : 0);
      const set = `UPDATE ${quoteName(table)} SET ${quoteIdent(column)} = ${value};`;
      return { phase: 'dual_write', moves: [{ does: 'update', target: table, sources }], sql: set };
    }
    default:
      return null;
  }
}

function goingOf({ operation }: Compiled): Going | null {
  switch (operation.kind) {
    case 'drop_table':
      return { does: 'drop', table: operation.table, column: null, phase: 'contract' };
    case 'drop_column':
      return { does: 'drop', table: operation.table, column: operation.column, phase: 'contract' };
    case 'delete_rows':
      return { does: 'delete', table: operation.table, column: null, phase: 'dual_write' };
    default:
      return null;
  }
}

const isNamed = ({ relation }: RowSource, { schema, name }: RelationName): boolean =>
  relation.name === name && (relation.schema === null || relation.schema === schema);

const takesFrom = (source: RowSource, { table, column }: Going): boolean =>
  isNamed(source, table) && (column === null || source.columns === null || source.columns.includes(column));

interface LeftBehind {
  readonly from: string;
  readonly to: string;
  readonly copying: Copying;
  readonly going: Going;
}

function sentences({ from, to, copying, going }: LeftBehind): Pick<Finding, 'message' | 'fix'> {
  const phase = PHASE_TITLES[copying.phase];
  return going.does === 'delete'
    ? {
        message: `Rows that old code adds to ${from}, or changes, after ${phase} has copied them to ${to} and before it deletes them are deleted as they are: that does not reach ${to}.`,
        fix: `Let nothing write such rows while ${phase} runs, or write them to ${to} as well. Until Delete they are kept.`,
      }
    : {
        message: `What old code writes to ${from} after ${phase} has copied it to ${to} does not reach ${to}, and ${from} goes in Retire.`,
        fix: `Let the version in service write to both before ${phase}, or copy what came since once the last old version is out of service, before Retire. Until Delete it can still be read.`,
      };
}

function noteOf(left: LeftBehind): DeployNote {
  const { from, to, copying, going } = left;
  const { message, fix } = sentences(left);
  const said = `copied in ${PHASE_TITLES[copying.phase]}, once:\n${copying.sql}`;
  const code = `/* ${said.replaceAll('*/', '* /')} */`;
  const question =
    going.does === 'delete'
      ? `Does nothing write such rows to ${from} meanwhile, or may they go without reaching ${to}?`
      : `Is what old code wrote to ${from} since ${PHASE_TITLES[copying.phase]} in ${to} too, or may it go?`;
  return {
    title: `Carry over what old code writes to ${from}`,
    text: `${message} ${fix}`,
    question,
    decisions: [{ id: `not-carried-over:${from}`, question }],
    code: { drizzle: code, prisma: code, knex: code, sql: code },
    test: `// Write to ${from} as the old version does, after ${PHASE_TITLES[copying.phase]}, and look for it in ${to}.`,
  };
}

const NOTHING: PhasePart = { summary: '', steps: [], lossless: true, rollback: '' };

/** What an operation brings to a phase, with something more to ask before it. */
function withNotes(part: PhasePart | undefined, notes: readonly DeployNote[]): PhasePart {
  const deploy = mergeNotes([...(part?.deploy === undefined ? [] : [part.deploy]), ...notes]);
  return { ...(part ?? NOTHING), ...(deploy === null ? {} : { deploy }) };
}

function leftBy(
  each: Compiled,
  at: number,
  compiled: readonly Compiled[],
  oldCodeBefore: number,
): LeftBehind[] {
  const copying = copyingOf(each);
  if (copying === null || order(copying.phase) >= oldCodeBefore) return [];
  const made = compiled.flatMap(({ operation }) =>
    operation.kind === 'create_table' ? [relationLabel(operation.table)] : [],
  );
  const found = compiled.flatMap((other, place) => {
    const going = goingOf(other);
    if (going === null || other === each || made.includes(relationLabel(going.table))) return [];
    if (going.does === 'delete' && (place < at || copying.phase !== going.phase)) return [];
    const moves = copying.moves.filter(
      ({ does, target, sources }) =>
        target.schema !== 'segue' &&
        (going.does === 'drop' || does === 'insert') &&
        sources.some((source) => takesFrom(source, going)),
    );
    const from = `${relationLabel(going.table)}${going.column === null ? '' : `.${going.column}`}`;
    return moves.map(({ target }): LeftBehind => {
      const { operation } = each;
      const table = target.schema === null ? target.name : `${target.schema}.${target.name}`;
      const column = operation.kind === 'add_column' ? `.${operation.column}` : '';
      return { from, to: `${table}${column}`, copying, going };
    });
  });
  return [...new Map(found.map((left) => [`${left.going.does} ${left.from} ${left.to}`, left])).values()];
}

/**
 * Says of rows and values that are copied once, while old code still writes where they come from, that what it writes afterwards is
 * not copied; and asks before their source goes. Not of a source that the transition itself makes, which no old code knows.
 */
export function sayLeftBehind(compiled: readonly Compiled[]): readonly Compiled[] {
  const oldCodeBefore = Math.min(
    PHASE_KINDS.length,
    ...compiled.flatMap(({ plan }) => (plan.oldCodeBefore === null ? [] : [order(plan.oldCodeBefore)])),
  );
  return compiled.map((each, at) => {
    const left = leftBy(each, at, compiled, oldCodeBefore);
    if (left.length === 0) return each;
    const phases = { ...each.plan.phases };
    for (const phase of new Set(left.map(({ going }) => going.phase))) {
      const notes = left.filter(({ going }) => going.phase === phase).map(noteOf);
      phases[phase] = withNotes(phases[phase], notes);
    }
    const findings = left.map(
      (one): Finding => ({
        rule: 'not-carried-over',
        severity: 'warning',
        operation: each.index,
        ...sentences(one),
      }),
    );
    return { ...each, plan: { ...each.plan, phases, findings: [...each.plan.findings, ...findings] } };
  });
}
