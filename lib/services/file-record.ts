import { createHash } from 'node:crypto';
import { SegueError } from '@/lib/core/errors';
import { type MigrationRecord, type RecordRequest, timeOfFolder } from '@/lib/core/migration-record';
import { requireRecordable } from '@/lib/engine/team-journal';
import type { MigrationView } from '@/lib/views/migration-view';
import type { ReadingPlace } from './reading/understand-migration';

/**
 * The record of a file that came to the page; what comes before it is known only where its folder came too. Its checksum is that of the
 * text, byte for byte. Pure. Throws `invalid_input` where its tool could not place it.
 */
export function fileRecord(request: RecordRequest, text: string): MigrationRecord {
  const when = request.tool === 'drizzle-folders' ? timeOfFolder(request.tag) : request.when;
  if (when === null && request.tool !== 'prisma')
    throw new SegueError('invalid_input', `${request.tag} has no time: drizzle could not place it.`, {
      object: request.tag,
      next:
        request.tool === 'drizzle'
          ? 'Give the "when" of its entry in meta/_journal.json.'
          : 'Give the name of its folder as drizzle-kit wrote it: it begins with 14 digits.',
    });
  return {
    ...request,
    when: request.tool === 'prisma' ? null : when,
    hash: createHash('sha256').update(text).digest('hex'),
    earlier: request.earlier ?? null,
    make: false,
  };
}

/** Why a file cannot be recorded in this database; null where it can. */
export async function recordRefusal(
  ask: ReadingPlace['ask'],
  input: { readonly name: string; readonly text: string; readonly record?: RecordRequest | null },
): Promise<MigrationView['journal']['refusal']> {
  const { record, name, text } = input;
  if (record == null) return null;
  try {
    await ask((target) => requireRecordable(target, fileRecord(record, text), name, 'plan'));
    return null;
  } catch (error) {
    if (!(error instanceof SegueError) || !REFUSALS.has(error.code)) throw error;
    return { message: error.message, next: error.next ?? null };
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['invalid_input', 'not_allowed', 'missing_rights']);
