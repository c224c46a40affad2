import { z } from 'zod';
import { writeRoute } from '@/lib/actions/define-route';
import { removeDatabase } from '@/lib/services/remove-database';
import { updateDatabase, updateDatabaseInput } from '@/lib/services/update-database';

export const PATCH = writeRoute(updateDatabaseInput, (context, actor, id, body) =>
  updateDatabase(context, actor, { ...body, id }),
);

export const DELETE = writeRoute(z.strictObject({}), (context, actor, id) =>
  removeDatabase(context, actor, { id }),
);
