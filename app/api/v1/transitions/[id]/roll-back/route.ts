import { writeRoute } from '@/lib/actions/define-route';
import { rollBackInput } from '@/lib/services/move-input';
import { rollBackPhase } from '@/lib/services/roll-back-phase';

export const POST = writeRoute(rollBackInput, (context, actor, id, body) =>
  rollBackPhase(context, actor, { ...body, id }),
);
