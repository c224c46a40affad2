import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { recordAct } from '@/lib/store/acts';
import * as store from '@/lib/store/databases';
import { hidePassword } from '@/lib/store/hide-password';
import { encryptText } from '@/lib/store/secret-text';
import type { DatabaseView } from '@/lib/views/transition-view';
import { databaseView } from './database-view';
import { inspectUrl, requirePostgresUrl } from './inspect-url';
import type { ServiceContext } from './service-context';

export const addDatabaseInput = z.strictObject({
  name: z.string().trim().min(1, 'Give it a name.').max(80, 'A name has at most 80 characters.'),
  environment: z.enum(['development', 'staging', 'production']),
  url: z.string().trim().min(1, 'Give its URL.').max(2000, 'The URL is too long.'),
  tls: z.enum(['disable', 'prefer', 'require', 'verify-full']).default('prefer'),
});

export type AddDatabaseInput = z.output<typeof addDatabaseInput>;

/**
 * Adds a database after having reached it once; its URL is stored encrypted. Throws `connection_failed` when it cannot be
 * reached, `name_taken`, or `conflict` when the same database is there under another name.
 */
export async function addDatabase(
  context: ServiceContext,
  actor: Actor,
  input: AddDatabaseInput,
  options: { readonly sandbox?: boolean } = {},
): Promise<DatabaseView> {
  const parsed = requirePostgresUrl(input.url);
  const report = await inspectUrl(input);
  const others = await store.listDatabases(context.control);
  const same = others.find(
    (other) => other.report?.identity === report.identity && new URL(other.shownUrl).host === parsed.host,
  );
  if (same !== undefined) {
    throw new SegueError('conflict', `This database is there already, as "${same.name}".`, {
      object: same.name,
      next: `Use "${same.name}", or remove it first.`,
    });
  }
  const id = randomUUID();
  return context.control.transaction(async (tx) => {
    const row = await store.addDatabase(tx, {
      id,
      name: input.name,
      environment: input.environment,
      secretUrl: encryptText(context.key, id, input.url),
      shownUrl: hidePassword(input.url),
      tls: input.tls,
      sandbox: options.sandbox ?? false,
      report,
      checkedAt: new Date(),
      createdBy: actor.id,
    });
    if (row === null) {
      throw new SegueError('name_taken', `There is a database "${input.name}" already.`, {
        object: 'name',
        next: 'Choose another name.',
        evidence: { fields: { name: `There is a database "${input.name}" already.` } },
      });
    }
    await recordAct(tx, { actor, action: 'add_database', object: input.name, databaseId: id });
    return databaseView(row);
  });
}
