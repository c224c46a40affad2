import { writeRoute } from '@/lib/actions/define-route';
import { advancePhase } from '@/lib/services/advance-phase';
import { advanceInput } from '@/lib/services/move-input';

export const POST = writeRoute(advanceInput, (context, actor, id, body) =>
  advancePhase(context, actor, { ...body, id }),
);
