import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take longest, the longest first, as measured on two processors. Begun last they would keep one worker busy while
 * the others have nothing left. Only the order rests on it: a file that is missing here runs after these, the larger first.
 */
const LONGEST = [
  'test/lifecycle/locks',
  'lib/engine/interruption',
  'lib/worker/prove-plans',
  'test/lifecycle/rename-column',
  'lib/engine/worker-faults',
  'lib/services/moves',
  'test/lifecycle/change-type',
  'test/lifecycle/widen-key',
  'test/faults/faults',
  'lib/cli/contract',
  'lib/engine/turned-round',
  'test/lifecycle/way-back',
  'test/lifecycle/direct-traffic',
  'lib/services/read-migration',
  'test/lifecycle/direct-operations',
  'lib/sandbox/sandbox',
  'test/lifecycle/carried-over',
  'lib/engine/backfill/update-rows',
  'lib/cli/prove',
  'test/histories/histories',
  'test/lifecycle/add-column',
  'test/lifecycle/several-operations',
  'test/lifecycle/change-type-same-name',
  'test/lifecycle/raw-files',
  'lib/services/outages',
];

/** The order of test files: the known long ones first, each project by itself. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    const projects = [...new Set(usual.map(({ project }) => project.name))];
    const place = ({ project, moduleId }: TestSpecification): number => {
      const name = path.relative(this.ctx.config.root, moduleId).replace(/(\.full)?\.pg\.test\.ts$/, '');
      const rank = LONGEST.indexOf(name.split(path.sep).join('/'));
      return projects.indexOf(project.name) * 1000 + (rank < 0 ? LONGEST.length : rank);
    };
    return [...usual].sort((a, b) => place(a) - place(b));
  }
}
