import { readRoute } from '@/lib/actions/define-route';
import { listDatabases } from '@/lib/services/list-databases';

export const GET = readRoute((context) => listDatabases(context));
