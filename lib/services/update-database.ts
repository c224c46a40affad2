import { z } from 'zod';
import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { recordAct } from '@/lib/store/acts';
import * as store from '@/lib/store/databases';
import { hidePassword } from '@/lib/store/hide-password';
import { encryptText } from '@/lib/store/secret-text';
import type { DatabaseView } from '@/lib/views/transition-view';
import { addDatabaseInput } from './add-database';
import { databaseView } from './database-view';
import { inspectUrl } from './inspect-url';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';
import { targetUrl } from './target-pool';

export const updateDatabaseInput = z.strictObject({
  name: addDatabaseInput.shape.name.optional(),
  environment: addDatabaseInput.shape.environment.optional(),
  /** A new password, a new host… of the same database. */
  url: addDatabaseInput.shape.url.optional(),
  tls: z.enum(['disable', 'prefer', 'require', 'verify-full']).optional(),
});

/**
 * Changes a database's name, environment, or the way to reach it. A new URL is tried first, and must lead to the same
 * database: `conflict` otherwise, because its transitions are recorded there. `name_taken` for another one's name.
 */
export async function updateDatabase(
  context: ServiceContext,
  actor: Actor,
  input: { readonly id: string } & z.output<typeof updateDatabaseInput>,
): Promise<DatabaseView> {
  const database = await requireDatabase(context.control, input.id);
  const connects = input.url !== undefined || input.tls !== undefined;
  const url = input.url ?? (connects ? targetUrl(context.key, database) : null);
  const report = url === null ? null : await inspectUrl({ url, tls: input.tls ?? database.tls });
  if (report !== null && database.report !== null && report.identity !== database.report.identity) {
    throw new SegueError('conflict', `The URL leads to another database than "${database.name}".`, {
      object: 'url',
      next: 'Add that one under a name of its own.',
    });
  }
  const updated = await context.control.transaction(async (tx) => {
    const row = await store.updateDatabase(tx, database.id, {
      ...(input.name === undefined ? {} : { name: input.name }),
      ...(input.environment === undefined ? {} : { environment: input.environment }),
      ...(input.tls === undefined ? {} : { tls: input.tls }),
      ...(input.url === undefined
        ? {}
        : {
            secretUrl: encryptText(context.key, database.id, input.url),
            shownUrl: hidePassword(input.url),
          }),
      ...(report === null ? {} : { report, unreachable: null, checkedAt: new Date() }),
    });
    if (row === 'name_taken') {
      throw new SegueError('name_taken', `There is a database "${input.name}" already.`, {
        object: 'name',
        next: 'Choose another name.',
        evidence: { fields: { name: `There is a database "${input.name}" already.` } },
      });
    }
    await recordAct(tx, {
      actor,
      action: 'update_database',
      object: row.name,
      databaseId: row.id,
      detail: {
        note: `Changed ${Object.keys(input)
          .filter((key) => key !== 'id')
          .join(', ')}.`,
      },
    });
    return row;
  });
  if (connects) await context.targets.forget(database.id);
  return databaseView(updated);
}
