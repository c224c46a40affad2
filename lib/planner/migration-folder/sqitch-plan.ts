import { SegueError } from '@/lib/core/errors';
import type { FolderListing, MigrationFile } from './migration-file';

/**
 * The changes of a sqitch.plan in its order. A change that was reworked stands in it twice: the earlier one's file bears the tag that
 * came after it, `name@tag.sql`. Throws `invalid_input` where a file is missing.
 */
export function sqitchPlan(plan: string, { shown, paths }: FolderListing): MigrationFile[] {
  const there = new Set(paths);
  const folder = paths.some((path) => path.startsWith('deploy/'))
    ? { deploy: 'deploy/', revert: 'revert/' }
    : { deploy: '', revert: '../revert/' };
  const lines = plan
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('%'));
  const changes = lines.map((line) => line.split(/\s+/)[0] ?? '');
  return changes.flatMap((change, at) => {
    if (change.startsWith('@')) return [];
    const reworked = changes.indexOf(change, at + 1) >= 0;
    const tag = reworked ? (changes.slice(at + 1).find((each) => each.startsWith('@')) ?? '') : '';
    const path = `${folder.deploy}${change}${tag}.sql`;
    const down = `${folder.revert}${change}${tag}.sql`;
    if (!there.has(path))
      throw new SegueError('invalid_input', `${shown}/${path} stands in sqitch.plan and does not exist.`, {
        object: path,
        next: 'Give the folder in which sqitch.plan lies, or its folder deploy.',
      });
    return [{ path, tag: `${change}${tag}`, down: there.has(down) ? down : null }];
  });
}
