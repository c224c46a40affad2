import { it } from 'vitest';
import type { Operation } from '@/lib/core/operation';
import type { Catalog, ColumnInfo, TableInfo } from '@/lib/planner/catalog';
import { planOf } from './plan-of';
import { type ExpectedRefusal, expectRefusal, refusalOf } from './refusal';
import { sampleCatalog, sampleColumn, sampleTable } from './sample-catalog';

interface PlanRefusal extends ExpectedRefusal {
  readonly name: string;
  readonly operations: Operation | readonly Operation[];
  /** Absent: the sample catalog. */
  readonly catalog?: Catalog;
}

/** One test for each plan that is refused. */
export function itRefuses(cases: readonly PlanRefusal[]): void {
  it.each(cases)('$name: code, object, sentence, next step', async (refused) => {
    expectRefusal(await refusalOf(() => planOf(refused.operations, refused.catalog)), refused);
  });
}

/** The table `users` with something about it. */
export const withTable = (changes: Partial<TableInfo>, ...columns: ColumnInfo[]): Catalog =>
  sampleCatalog(sampleTable(columns.length === 0 ? [sampleColumn('name')] : columns, changes));

/** The table `users` with something about its column `name`. */
export const withColumn = (changes: Partial<ColumnInfo>): Catalog =>
  sampleCatalog(sampleTable([sampleColumn('name', changes), sampleColumn('other')]));
