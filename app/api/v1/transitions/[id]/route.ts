import { readRoute } from '@/lib/actions/define-route';
import { getTransitionView } from '@/lib/services/get-transition-view';

export const GET = readRoute((context, { id = '' }, actor) => getTransitionView(context, id, actor));
