import { readRoute } from '@/lib/actions/define-route';
import { listEvents } from '@/lib/services/list-events';

export const GET = readRoute((context, { id = '' }) => listEvents(context, id));
