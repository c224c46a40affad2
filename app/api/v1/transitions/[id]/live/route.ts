import { readRoute } from '@/lib/actions/define-route';
import { getTransitionLive } from '@/lib/services/get-transition-live';

export const GET = readRoute((context, { id = '' }, actor) => getTransitionLive(context, id, actor));
