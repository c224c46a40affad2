import type { RangeVar } from 'libpg-query';
import { LOCK_MODES, type LockMode, type Severity, type StepLock } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import type { Catalog, TableInfo } from '@/lib/planner/catalog';
import { type FoundIndex, indexOfCatalog } from '@/lib/planner/catalog-index';
import type { Effects, HazardFinding, JudgeOptions } from './effects';
import { RULES, type RuleName } from './rules';
import { unknownTable } from './unknown-table';

export const labelOf = ({ schema, name }: RelationName): string => `${schema}.${name}`;

/** PostgreSQL will not run the statement. */
export class Refusal extends Error {
  constructor(
    readonly sqlState: string,
    message: string,
  ) {
    super(message);
  }
}

/** One statement before its catalog: what it names is looked up, and what it does is noted. */
export class Scene {
  private readonly locks = new Map<string, LockMode>();
  private readonly rewritten = new Set<string>();
  private readonly verified = new Set<string>();
  private readonly keyScans = new Set<string>();
  private readonly built = new Set<string>();
  readonly findings: HazardFinding[] = [];

  constructor(
    readonly catalog: Catalog,
    readonly options: JudgeOptions,
  ) {}

  /** Ends the judgement: PostgreSQL gives this error. */
  refuse(sqlState: string, message: string): never {
    throw new Refusal(sqlState, message);
  }

  /** The table of a name; one that the catalog does not know counts as a plain table, or ends it where the catalog is complete. */
  table(name: Pick<RangeVar, 'schemaname' | 'relname'> | undefined): TableInfo {
    const wanted = this.place(name?.schemaname, name?.relname ?? '');
    const found = this.find(wanted);
    if (found !== null) return found;
    if (this.options.complete === true) this.refuse('42P01', `There is no relation ${labelOf(wanted)}.`);
    return unknownTable(wanted);
  }

  /** What a written name stands for: with its schema, or where the search path finds a relation or an index of that name first. */
  place(schema: string | undefined, name: string): RelationName {
    if (schema !== undefined) return { schema, name };
    const path = this.options.searchPath ?? ['public'];
    const found = path.find(
      (each) => this.find({ schema: each, name }) !== null || this.index({ schema: each, name }) !== null,
    );
    return { schema: found ?? path[0] ?? 'public', name };
  }

  find(name: RelationName): TableInfo | null {
    return indexOfCatalog(this.catalog).table(name);
  }

  info(name: RelationName): TableInfo {
    return this.find(name) ?? unknownTable(name);
  }

  /** The table of an index, and the index. */
  index(name: RelationName): FoundIndex | null {
    return indexOfCatalog(this.catalog).index(name);
  }

  /** Everything below a table: its partitions, or what inherits from it. */
  below(table: TableInfo): TableInfo[] {
    return [...table.partitions, ...table.children].map((name) => this.info(name));
  }

  /** The partitioned table right above a partition. */
  parentOf(table: TableInfo): TableInfo | null {
    return (
      this.catalog.tables.find((other) =>
        other.partitions.some(
          (part) =>
            part.schema === table.schema &&
            part.name === table.name &&
            labelOf(part.parent) === labelOf(other),
        ),
      ) ?? null
    );
  }

  /** Tables that a table inherits from. */
  ancestors(table: TableInfo): TableInfo[] {
    return this.catalog.tables.filter((other) =>
      [...other.children, ...other.partitions].some((child) => labelOf(child) === labelOf(table)),
    );
  }

  /** Views and materialized views that read a relation themselves. */
  readers(relation: RelationName): TableInfo[] {
    return this.catalog.tables.filter((view) =>
      view.reads.some((read) => labelOf(read) === labelOf(relation)),
    );
  }

  lock(relation: RelationName, mode: LockMode): void {
    const label = labelOf(relation);
    const before = this.locks.get(label);
    if (before === undefined || LOCK_MODES.indexOf(before) < LOCK_MODES.indexOf(mode))
      this.locks.set(label, mode);
  }

  rewrite(table: TableInfo): void {
    if (table.partitionBy !== null) return;
    this.rewritten.add(labelOf(table));
    if (table.indexes.length > 0) this.built.add(labelOf(table));
  }

  /** Its rows are read; a rewrite reads them anyway. */
  verify(table: TableInfo): void {
    if (table.partitionBy === null) this.verified.add(labelOf(table));
  }

  /** Its rows are looked up in the table that they reference. */
  scanForKey(table: TableInfo): void {
    if (table.partitionBy === null) this.keyScans.add(labelOf(table));
  }

  build(table: TableInfo): void {
    if (table.partitionBy === null) this.built.add(labelOf(table));
  }

  /** Mode already noted for a relation. */
  lockOn(relation: RelationName): LockMode | undefined {
    return this.locks.get(labelOf(relation));
  }

  note(
    rule: RuleName,
    relation: RelationName | null,
    message: string,
    fix: string | null,
    severity?: Severity,
  ): void {
    const label = relation === null ? null : labelOf(relation);
    if (label !== null && this.options.created?.has(label)) return;
    if (this.findings.some((one) => one.rule === rule && one.relation === label)) return;
    this.findings.push({
      rule,
      severity: severity ?? RULES[rule].severity,
      message,
      fix,
      corrected: null,
      relation: label,
    });
  }

  /** What was noted, without what the same file made. */
  effects(refused: string | null): Effects {
    if (refused !== null)
      return { locks: [], rewrites: [], scans: [], builds: [], refused, findings: this.findings };
    const old = (labels: Iterable<string>): string[] =>
      [...labels].filter((label) => !this.options.created?.has(label)).sort();
    const locks: StepLock[] = old(this.locks.keys()).flatMap((relation) => {
      const mode = this.locks.get(relation);
      return mode === undefined || mode === 'ACCESS SHARE' ? [] : [{ relation, mode }];
    });
    return {
      locks,
      rewrites: old(this.rewritten),
      scans: old(
        new Set([...[...this.verified].filter((label) => !this.rewritten.has(label)), ...this.keyScans]),
      ),
      builds: old(this.built),
      refused: null,
      findings: this.findings,
    };
  }
}
