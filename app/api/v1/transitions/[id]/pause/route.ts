import { writeRoute } from '@/lib/actions/define-route';
import { versionInput } from '@/lib/services/move-input';
import { pauseRun } from '@/lib/services/pause-run';

export const POST = writeRoute(versionInput, (context, actor, id, body) =>
  pauseRun(context, actor, { ...body, id }),
);
