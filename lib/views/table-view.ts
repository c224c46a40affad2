/** A table as the picker lists it. */
export interface TableSummary {
  readonly schema: string;
  readonly name: string;
  /** table, partitioned table, view, … */
  readonly kind: string;
  readonly estimatedRows: number;
  readonly bytes: number;
}

export interface ColumnView {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly generated: boolean;
  readonly comment: string | null;
  readonly primaryKey: boolean;
  /** Names of what hangs on the column. */
  readonly indexes: readonly string[];
  readonly constraints: readonly string[];
  readonly dependents: readonly string[];
}

/** A table with what a person needs to choose a column and to see what hangs on it. */
export interface TableView extends TableSummary {
  readonly owned: boolean;
  readonly columns: readonly ColumnView[];
  readonly indexes: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly unique: boolean;
    readonly valid: boolean;
  }[];
  readonly constraints: readonly {
    readonly name: string;
    /** check, foreign key, unique, … */
    readonly kind: string;
    readonly columns: readonly string[];
    readonly definition: string;
  }[];
  readonly referencedBy: readonly { readonly name: string; readonly table: string }[];
}
