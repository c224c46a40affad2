import { readRoute } from '@/lib/actions/define-route';
import { listTransitions } from '@/lib/services/list-transitions';

export const GET = readRoute((context) => listTransitions(context));
