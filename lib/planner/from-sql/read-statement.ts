import { kindInWords } from './kind-in-words';
import { type Outcome, refused } from './part';
import type { StatementContext } from './statement-context';
import { readAlterTable } from './statements/alter-table';
import { readRows, readUpdate } from './statements/data';
import { readCreateTable, readDrop, readIndex, readRename } from './statements/relations';
import { readSetting, readTransaction } from './statements/session';
import { readAlterEnum, readCreateDomain, readCreateEnum } from './statements/types';

type Read = (context: StatementContext, node: never) => Outcome[];

/** One reader for each kind of statement. */
const READERS: Readonly<Record<string, Read>> = {
  AlterTableStmt: readAlterTable,
  CreateStmt: readCreateTable,
  IndexStmt: readIndex,
  DropStmt: readDrop,
  RenameStmt: readRename,
  CreateEnumStmt: readCreateEnum,
  CreateDomainStmt: readCreateDomain,
  AlterEnumStmt: readAlterEnum,
  UpdateStmt: readUpdate,
  InsertStmt: readRows,
  DeleteStmt: readRows,
  TransactionStmt: readTransaction,
  VariableSetStmt: readSetting,
};

/** What a statement comes to. Never empty, never throws for content: what is not covered is refused with its reason. */
export function readStatement(context: StatementContext, kind: string, node: unknown): Outcome[] {
  const read = READERS[kind];
  // The reader of a file pairs a statement's kind with its node.
  const outcomes = read?.(context, node as never) ?? [];
  return outcomes.length > 0
    ? outcomes
    : [
        refused(
          'no-operation',
          `Segue has no operation for ${kindInWords(kind)}.`,
          'Write it as free_sql with its way back, in a transition of its own.',
        ),
      ];
}
