import { readRoute } from '@/lib/actions/define-route';
import { listTables } from '@/lib/services/list-tables';

export const GET = readRoute((context, { id = '' }) => listTables(context, id));
