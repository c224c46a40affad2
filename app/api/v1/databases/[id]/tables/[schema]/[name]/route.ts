import { readRoute } from '@/lib/actions/define-route';
import { describeTable } from '@/lib/services/describe-table';

export const GET = readRoute((context, { id = '', schema = '', name = '' }) =>
  describeTable(context, {
    databaseId: id,
    schema: decodeURIComponent(schema),
    name: decodeURIComponent(name),
  }),
);
