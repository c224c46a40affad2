import type { AlterTableCmd, Constraint } from 'libpg-query';
import type { LockMode } from '@/lib/core/plan';
import type { TableInfo } from '@/lib/planner/catalog';
import { addForeignKey } from './foreign-keys';
import { addKey } from './keys';
import type { RuleName } from './rules';
import type { Scene } from './scene';

/** One subcommand of ALTER TABLE, with what its siblings decide: the statement's strongest lock, what it drops first. */
export class AlterPass {
  readonly below: readonly TableInfo[];

  constructor(
    readonly scene: Scene,
    readonly table: TableInfo,
    readonly cmd: AlterTableCmd,
    /** False after ONLY. */
    readonly recurse: boolean,
    readonly mode: LockMode,
    /** Constraints that the same statement drops. */
    readonly dropped: ReadonlySet<string>,
  ) {
    this.below = scene.below(table);
  }

  /** The table and everything below it. */
  get members(): readonly TableInfo[] {
    return this.recurse ? [this.table, ...this.below] : [this.table];
  }

  /** Locks what is below the table as strongly as the table. */
  descend(): void {
    if (this.recurse) for (const member of this.below) this.scene.lock(member, this.mode);
  }

  /** The same for what has no meaning for inheritance children: before PostgreSQL 18 partitions alone. */
  descendToPartitions(mode: LockMode): void {
    if (this.scene.options.major >= 18) this.descend();
    else for (const part of this.recurse ? this.table.partitions : []) this.scene.lock(part, mode);
  }

  /** REFERENCES of a column or a table. */
  reference(constraint: Constraint, rule: RuleName, validates: boolean): void {
    addForeignKey(this, constraint, rule, validates);
  }

  /** UNIQUE, PRIMARY KEY or EXCLUDE. */
  addKey(constraint: Constraint, columns: readonly string[], rule: RuleName): void {
    addKey(this, constraint, columns, rule);
  }
}
