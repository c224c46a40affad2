import type { AlterTableCmd, AlterTableStmt, Constraint } from 'libpg-query';
import { type AlterCommand, type AlterCommands, alterCommands } from '@/lib/sql/alter-commands';
import { namesOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import type { TableInfo } from '../../catalog';
import { isProvenNotNull } from '../not-null';
import { isUnknown } from '../unknown-table';
import { type Correction, chosenName, written } from './correction';
import { fillingOf, fillStatements } from './filled-column';
import { columnClauses } from './new-column';

/** One action without its harm: what still stands in the statement, and what goes before and after it. */
interface Parted {
  readonly before: readonly string[];
  readonly kept: string | null;
  readonly after: readonly string[];
  /** What is kept stands as it did, or as a part of it: it must do no harm by itself. */
  readonly asBefore: boolean;
}

interface Place extends Correction {
  readonly table: TableInfo;
  readonly alter: AlterCommands;
  readonly command: AlterCommand;
  readonly cmd: AlterTableCmd;
  /** Constraints that the same statement drops. */
  readonly dropped: ReadonlySet<string>;
}

const alone = (kept: string): Parted => ({ before: [], kept, after: [], asBefore: true });

const columnList = (names: readonly string[]): string => names.map(written).join(', ');

/** The rows are proven by a CHECK first, so that SET NOT NULL reads none. */
function provenNotNull(
  { table, alter }: Place,
  columns: readonly string[],
  set: boolean,
): [string[], string[]] {
  const names = columns.map((column) => chosenName(table, [column], 'is_set'));
  const checks = columns.map(
    (column, at) =>
      `ADD CONSTRAINT ${written(names[at] ?? '')} CHECK (${written(column)} IS NOT NULL) NOT VALID`,
  );
  if (checks.length === 0) return [[], []];
  const sets = columns.map((column) => `ALTER COLUMN ${written(column)} SET NOT NULL`);
  return [
    [
      `${alter.head} ${checks.join(', ')}`,
      ...names.map((name) => `${alter.head} VALIDATE CONSTRAINT ${written(name)}`),
      ...(set ? [`${alter.head} ${sets.join(', ')}`] : []),
    ],
    [`${alter.head} ${names.map((name) => `DROP CONSTRAINT ${written(name)}`).join(', ')}`],
  ];
}

const needsProof = ({ table, dropped }: Place, name: string): boolean => {
  const column = table.columns.find((one) => one.name === name);
  if (column === undefined) return isUnknown(table);
  return !column.notNull && !isProvenNotNull(table, name, dropped);
};

/** A UNIQUE or PRIMARY KEY as an index that is built while everybody works, and then adopted. */
function adoptedKey(place: Place, constraint: Constraint, columns: readonly string[]): string[] | null {
  const { table, alter } = place;
  const primary = constraint.contype === 'CONSTR_PRIMARY';
  // A key that takes the name of one that goes in the same statement must come in that statement.
  if (table.partitionBy !== null || place.dropped.size > 0) return null;
  if (constraint.options !== undefined || constraint.indexspace !== undefined) return null;
  const name = constraint.conname ?? chosenName(table, columns, primary ? 'pkey' : 'key');
  const include = namesOf(constraint.including);
  const build = [
    `CREATE UNIQUE INDEX CONCURRENTLY ${written(name)} ON ${alter.name} (${columnList(columns)})`,
    include.length === 0 ? '' : ` INCLUDE (${columnList(include)})`,
    constraint.nulls_not_distinct === true ? ' NULLS NOT DISTINCT' : '',
  ];
  const deferral =
    constraint.deferrable === true
      ? ` DEFERRABLE${constraint.initdeferred === true ? ' INITIALLY DEFERRED' : ''}`
      : '';
  const kind = primary ? 'PRIMARY KEY' : 'UNIQUE';
  const [prove, forget] = primary
    ? provenNotNull(
        place,
        columns.filter((column) => needsProof(place, column)),
        true,
      )
    : [[], []];
  return [
    ...prove,
    ...forget,
    build.join(''),
    `${alter.head} ADD CONSTRAINT ${written(name)} ${kind} USING INDEX ${written(name)}${deferral}`,
  ];
}

const validated = ({ alter }: Place, name: string): string[] => [
  `${alter.head} VALIDATE CONSTRAINT ${written(name)}`,
];

/** Columns that a CHECK names, for the name that PostgreSQL would give it. */
function namedColumns(table: TableInfo, text: string): string[] {
  const found = table.columns.filter(({ name }) =>
    new RegExp(`(?<![\\w"'.])("${name}"|${name})(?![\\w"'])`, 'i').test(text.replaceAll(/'[^']*'/g, "''")),
  );
  return found.length === 1 ? found.map(({ name }) => name) : [];
}

function addConstraint(place: Place): Parted | null {
  const { table, command, cmd, options } = place;
  const constraint = nodeOf(cmd.def, 'Constraint');
  if (constraint === undefined) return null;
  // NOT ENFORCED is read as NOT VALID too.
  const lazy = constraint.skip_validation === true;
  const body = command.text.replace(/^ADD\s+(?:CONSTRAINT\s+(?:"(?:[^"]|"")+"|[^\s(]+)\s+)?/i, '');
  const notValid = (name: string): Parted => ({
    before: [],
    kept: `ADD CONSTRAINT ${written(name)} ${body} NOT VALID`,
    after: validated(place, name),
    asBefore: false,
  });
  switch (constraint.contype) {
    case 'CONSTR_CHECK':
      if (lazy) return alone(command.text);
      return notValid(constraint.conname ?? chosenName(table, namedColumns(table, body), 'check'));
    case 'CONSTR_FOREIGN':
      if (lazy) return alone(command.text);
      if (table.partitionBy !== null && options.major < 18) return null;
      return notValid(constraint.conname ?? chosenName(table, namesOf(constraint.fk_attrs), 'fkey'));
    case 'CONSTR_NOTNULL': {
      const [column = ''] = namesOf(constraint.keys);
      if (lazy || !needsProof(place, column)) return alone(command.text);
      return notValid(constraint.conname ?? chosenName(table, [column], 'not_null'));
    }
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY': {
      if (constraint.indexname !== undefined) return alone(command.text);
      const after = adoptedKey(place, constraint, namesOf(constraint.keys));
      return after === null ? null : { before: [], kept: null, after, asBefore: false };
    }
    default:
      return alone(command.text);
  }
}

function addColumn(place: Place): Parted | null {
  const { table, command, cmd, alter } = place;
  const column = nodeOf(cmd.def, 'ColumnDef');
  if (column === undefined) return null;
  const name = column.colname ?? '';
  const clauses = columnClauses(command, column);
  const filling = fillingOf(place, table, alter, column, clauses);
  if (filling !== null) {
    const bare = command.without(clauses);
    return {
      before: filling.sequence,
      kept: filling.kept === '' ? bare : filling.kept,
      after: fillStatements(table, alter, column, filling),
      asBefore: true,
    };
  }
  const taken = clauses.filter(
    ({ constraint: { contype }, deferral }) =>
      ['CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_UNIQUE'].includes(contype ?? '') &&
      !/NOT\s+ENFORCED/i.test(deferral),
  );
  const after = taken.map(({ constraint, text, deferral }): string[] | null => {
    if (constraint.contype === 'CONSTR_UNIQUE') return adoptedKey(place, constraint, [name]);
    const check = constraint.contype === 'CONSTR_CHECK';
    const own = constraint.conname ?? chosenName(table, [name], check ? 'check' : 'fkey');
    const body = check ? text : `FOREIGN KEY (${written(name)}) ${text}`;
    if (!check && table.partitionBy !== null) return null;
    return [
      `${alter.head} ADD CONSTRAINT ${written(own)} ${body}${deferral} NOT VALID`,
      ...validated(place, own),
    ];
  });
  if (after.some((one) => one === null)) return null;
  return {
    before: [],
    kept: command.without(taken),
    after: after.flatMap((one) => one ?? []),
    asBefore: true,
  };
}

function setNotNull(place: Place): Parted {
  const { command, cmd } = place;
  const column = cmd.name ?? '';
  if (!needsProof(place, column)) return alone(command.text);
  const [before, after] = provenNotNull(place, [column], false);
  return { before, kept: command.text, after, asBefore: false };
}

function detach(place: Place): Parted | null {
  const { command, cmd, table, scene } = place;
  const partition = nodeOf(cmd.def, 'PartitionCmd');
  if (partition?.concurrent === true) return alone(command.text);
  const [rest] = table.partitions.filter(
    (part) =>
      part.bound === 'DEFAULT' && part.parent.name === table.name && part.parent.schema === table.schema,
  );
  if (rest !== undefined || isUnknown(table) || scene.parentOf(table) !== null) return null;
  return { ...alone(`${command.text} CONCURRENTLY`), asBefore: false };
}

/** A foreign key is made anew, so that its rows are looked up while everybody works. */
function enforce(place: Place): Parted | null {
  const { table, command, cmd } = place;
  const constraint = nodeOf(cmd.def, 'ATAlterConstraint');
  if (constraint?.is_enforced !== true) return alone(command.text);
  const name = constraint.conname ?? '';
  const known = table.constraints.find((one) => one.name === name);
  if (known === undefined || table.partitionBy !== null) return null;
  const definition = known.definition.replace(/ (NOT VALID|NOT ENFORCED)/g, '');
  return {
    before: [],
    kept: `DROP CONSTRAINT ${written(name)}, ADD CONSTRAINT ${written(name)} ${definition} NOT VALID`,
    after: validated(place, name),
    asBefore: false,
  };
}

const PARTS: Readonly<Record<string, (place: Place) => Parted | null>> = {
  AT_AddConstraint: addConstraint,
  AT_AddColumn: addColumn,
  AT_SetNotNull: setNotNull,
  AT_DetachPartition: detach,
  AT_AlterConstraint: enforce,
};

/** ALTER TABLE with each action that works under a lock put apart; null where one cannot be. */
export function correctedAlter(correction: Correction, statement: AlterTableStmt): string[] | null {
  const alter = alterCommands(correction.text, correction.base);
  const cmds = nodesOf(statement.cmds, 'AlterTableCmd');
  if (alter === null || alter.commands.length !== cmds.length) return null;
  const table = correction.scene.table(statement.relation);
  const dropped = new Set(
    cmds.flatMap(({ subtype, name }) =>
      subtype === 'AT_DropConstraint' && name !== undefined ? [name] : [],
    ),
  );
  const parts: Parted[] = [];
  for (const [at, cmd] of cmds.entries()) {
    const command = alter.commands[at];
    if (command === undefined) return null;
    const part = (PARTS[cmd.subtype ?? ''] ?? (() => alone(command.text)))({
      ...correction,
      table,
      alter,
      command,
      cmd,
      dropped,
    });
    if (part === null) return null;
    parts.push(part);
  }
  const kept = parts.flatMap((part) => part.kept ?? []);
  const asBefore = parts.flatMap((part) => (part.asBefore ? (part.kept ?? []) : []));
  const harms =
    asBefore.length > 0 &&
    correction
      .judge(`${alter.head} ${asBefore.join(', ')}`)
      .some(({ severity, rule }) => severity === 'error' && rule !== 'refused');
  if (harms) return null;
  return [
    ...parts.flatMap(({ before }) => before),
    ...(kept.length === 0 ? [] : [`${alter.head} ${kept.join(', ')}`]),
    ...parts.flatMap(({ after }) => after),
  ];
}
