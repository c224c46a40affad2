import { listTables as readTables } from '@/lib/engine/read-catalog';
import type { TableSummary } from '@/lib/views/table-view';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';
import { LONG_WORK_MS } from './target-pool';

/** The tables of a database as its catalog has them now. */
export async function listTables(context: ServiceContext, databaseId: string): Promise<TableSummary[]> {
  const database = await requireDatabase(context.control, databaseId);
  const tables = await context.targets.use(database, readTables, {
    patient: true,
    patienceMs: LONG_WORK_MS,
  });
  return tables.map(({ schema, name, kind, estimatedRows, bytes }) => ({
    schema,
    name,
    kind,
    estimatedRows,
    bytes,
  }));
}
