import { writeRoute } from '@/lib/actions/define-route';
import { versionInput } from '@/lib/services/move-input';
import { resumeRun } from '@/lib/services/resume-run';

export const POST = writeRoute(versionInput, (context, actor, id, body) =>
  resumeRun(context, actor, { ...body, id }),
);
