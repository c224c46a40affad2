import { kindInWords } from './kind-in-words';
import { type Outcome, refused } from './part';
import type { StatementContext } from './statement-context';
import { readAlterTable } from './statements/alter-table';
import { readDelete, readInsert, readTruncate, readUpdate } from './statements/data';
import {
  readAlterPolicy,
  readExtension,
  readFunction,
  readPolicy,
  readSchema,
  readSequence,
  readStatistics,
  readTableAs,
  readTrigger,
  readType,
  readView,
} from './statements/objects';
import { readCreateTable, readDrop, readIndex, readRename } from './statements/relations';
import { readComment, readDefaultRights, readGrant } from './statements/rights';
import { readLock, readSelect, readSetting, readTransaction, readVacuum } from './statements/session';
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
  InsertStmt: readInsert,
  DeleteStmt: readDelete,
  TruncateStmt: readTruncate,
  CreateSchemaStmt: readSchema,
  CreateExtensionStmt: readExtension,
  CreateSeqStmt: readSequence,
  ViewStmt: readView,
  CreateTableAsStmt: readTableAs,
  CreateFunctionStmt: readFunction,
  CreateTrigStmt: readTrigger,
  CreatePolicyStmt: readPolicy,
  AlterPolicyStmt: readAlterPolicy,
  CompositeTypeStmt: readType,
  CreateRangeStmt: readType,
  CreateStatsStmt: readStatistics,
  CommentStmt: readComment,
  GrantStmt: readGrant,
  GrantRoleStmt: readGrant,
  AlterDefaultPrivilegesStmt: readDefaultRights,
  LockStmt: readLock,
  VacuumStmt: readVacuum,
  SelectStmt: readSelect,
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
