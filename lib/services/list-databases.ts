import * as store from '@/lib/store/databases';
import type { DatabaseView } from '@/lib/views/transition-view';
import { databaseView } from './database-view';
import type { ServiceContext } from './service-context';

/** The databases by name, with what the last test found. Touches no target. */
export async function listDatabases(context: ServiceContext): Promise<DatabaseView[]> {
  return (await store.listDatabases(context.control)).map(databaseView);
}
