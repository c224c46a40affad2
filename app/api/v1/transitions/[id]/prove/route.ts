import { z } from 'zod';
import { writeRoute } from '@/lib/actions/define-route';
import { proveAgain } from '@/lib/services/prove-again';

export const POST = writeRoute(z.strictObject({}), (context, actor, id) =>
  proveAgain(context, actor, { id }),
);
