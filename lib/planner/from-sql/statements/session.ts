import { type NodeOf, namesOf } from '@/lib/sql/ast';
import { walkTree } from '@/lib/sql/parse-tree';
import { nothing, type Outcome, refused } from '../part';
import type { StatementContext } from '../statement-context';
import { freeAsking } from './free';

export function readTransaction(_: StatementContext, statement: NodeOf<'TransactionStmt'>): Outcome[] {
  return /ROLLBACK/.test(statement.kind ?? '')
    ? [
        refused(
          'rolls-back',
          'The file takes back what it did before.',
          'Take out what is not to happen, with the ROLLBACK.',
        ),
      ]
    : [nothing('Segue runs each step in a transaction of its own.')];
}

/** Settings that decide how long a statement waits or what it says: Segue has its own. */
const HARMLESS =
  /^(lock_timeout|statement_timeout|idle_in_transaction_session_timeout|transaction_timeout|client_min_messages|client_encoding|standard_conforming_strings|check_function_bodies|xmloption|row_security|maintenance_work_mem|work_mem|default_table_access_method|application_name|log_\w+)$/;

export function readSetting(_: StatementContext, statement: NodeOf<'VariableSetStmt'>): Outcome[] {
  const name = statement.name ?? '';
  if (HARMLESS.test(name)) return [nothing(`Segue sets ${name} itself, or it changes nothing here.`)];
  if (name === 'search_path') return [nothing('Names without a schema are looked up there from here on.')];
  return [
    refused(
      'session-setting',
      `The setting ${name} changes what later statements mean.`,
      'Write the later statements so that they do not need it.',
    ),
  ];
}

export const readLock = (): Outcome[] => [
  nothing('Segue takes the locks that it needs itself, each for a moment.'),
];

export function readVacuum(_: StatementContext, statement: NodeOf<'VacuumStmt'>): Outcome[] {
  if (statement.is_vacuumcmd === false || statement.is_vacuumcmd === undefined)
    return [nothing('Statistics are gathered by autovacuum, and by Segue after it has copied rows.')];
  return [
    refused(
      'vacuum',
      'VACUUM belongs to the running of the database, not to its schema.',
      'Take it out, or run it by hand; VACUUM FULL makes every query wait.',
    ),
  ];
}

/** SELECT changes something only through the functions that it calls. */
export function readSelect(context: StatementContext, statement: NodeOf<'SelectStmt'>): Outcome[] {
  const called = new Set<string>();
  walkTree({ statement }, (kind, node) => {
    if (kind === 'FuncCall')
      called.add((namesOf(node.funcname as readonly unknown[]).at(-1) ?? '').toLowerCase());
  });
  called.delete('set_config');
  if (called.size === 0) return [nothing('It only reads, or sets what Segue sets itself.')];
  const names = [...called].sort().join(', ');
  return [
    freeAsking(
      context,
      { up: context.text, phase: 'dual_write' },
      `select:${names}`,
      `What ${names} changes is not known: how is it undone?`,
    ),
  ];
}
