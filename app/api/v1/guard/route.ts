import { questionRoute } from '@/lib/actions/define-route';
import { guardDatabase, guardInput } from '@/lib/services/guard-database';

export const POST = questionRoute(guardInput, (context, body) => guardDatabase(context, body));
