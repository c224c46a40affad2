import { z } from 'zod';
import { writeRoute } from '@/lib/actions/define-route';
import { approvePlan } from '@/lib/services/approve-plan';

const input = z.strictObject({ planDigest: z.string().min(1), note: z.string().max(2000).optional() });

export const POST = writeRoute(input, (context, actor, id, body) =>
  approvePlan(context, actor, { ...body, id }),
);
