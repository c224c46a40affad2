import { SegueError } from '@/lib/core/errors';
import { EXPORT_FORMATS, exportPlan } from '@/lib/planner/export/export-plan';
import { readRollout } from './read-rollout';
import { requireTransition } from './require-record';
import type { ServiceContext } from './service-context';
import { zipFiles } from './zip-files';

export interface Download {
  readonly fileName: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/**
 * The plan of a transition, as it stands on its page, as an archive of files that are used without Segue. Writes nothing. Throws
 * `not_found`, `invalid_input` for a format that there is not, `unsupported` for what cannot be written as SQL alone.
 */
export async function exportTransition(
  context: ServiceContext,
  input: { readonly id: string; readonly format: string },
): Promise<Download> {
  const format = EXPORT_FORMATS.find((each) => each === input.format);
  if (format === undefined)
    throw new SegueError('invalid_input', `There is no export as "${input.format}".`, {
      object: 'format',
      next: `Choose ${EXPORT_FORMATS.join(' or ')}.`,
    });
  const record = await requireTransition(context.control, input.id);
  const { plan } = await readRollout(context, record, { progress: false, fresh: false });
  const folder = `${plan.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}-${format}`;
  const files = exportPlan(plan, format, record.transition.createdAt.getTime());
  return {
    fileName: `${folder}.zip`,
    type: 'application/zip',
    bytes: zipFiles(files.map(({ path, text }) => ({ path: `${folder}/${path}`, text }))),
  };
}
