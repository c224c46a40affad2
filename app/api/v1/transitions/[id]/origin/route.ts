import { readRoute } from '@/lib/actions/define-route';
import { getTransitionOrigin } from '@/lib/services/get-transition-origin';

export const GET = readRoute((context, { id = '' }) => getTransitionOrigin(context, id));
