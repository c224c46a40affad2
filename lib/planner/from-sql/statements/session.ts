import type { NodeOf } from '@/lib/sql/ast';
import { nothing, type Outcome, refused } from '../part';
import type { StatementContext } from '../statement-context';

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
