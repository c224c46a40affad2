import { readRoute, writeRoute } from '@/lib/actions/define-route';
import { addDatabase, addDatabaseInput } from '@/lib/services/add-database';
import { listDatabases } from '@/lib/services/list-databases';

export const GET = readRoute((context) => listDatabases(context));

export const POST = writeRoute(addDatabaseInput, (context, actor, _id, body) =>
  addDatabase(context, actor, body),
);
