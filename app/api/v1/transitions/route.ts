import { z } from 'zod';
import { readRoute, writeRoute } from '@/lib/actions/define-route';
import { createTransition } from '@/lib/services/create-transition';
import { listTransitions } from '@/lib/services/list-transitions';

export const GET = readRoute((context) => listTransitions(context));

const input = z.strictObject({ databaseId: z.uuid(), file: z.record(z.string(), z.unknown()) });

export const POST = writeRoute(input, (context, actor, _id, body) => createTransition(context, actor, body));
