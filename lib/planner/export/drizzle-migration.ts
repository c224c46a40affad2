import type { Phase } from '@/lib/core/plan';
import type { ExportFile, ExportUnit } from './export-unit';
import { settings } from './unit-files';

const BREAK = '\n--> statement-breakpoint\n';

/** A folder that drizzle's own migrator takes: one migration, one transaction. A phase with nothing for it has an empty one, so that all count alike. */
export function drizzleMigration(
  folder: string,
  phase: Phase,
  units: readonly ExportUnit[],
  when: number,
): ExportFile[] {
  const tag = `${String(phase.number - 1).padStart(4, '0')}_${phase.title.toLowerCase()}`;
  const statements = units.flatMap((unit) => unit.statements.map((each) => `${each};`));
  const journal = {
    version: '7',
    dialect: 'postgresql',
    entries: [{ idx: 0, version: '7', when, tag, breakpoints: true }],
  };
  const text =
    statements.length === 0 ? ['SELECT 1;'] : [...settings('LOCAL').map((each) => `${each};`), ...statements];
  return [
    { path: `${folder}/meta/_journal.json`, text: `${JSON.stringify(journal, null, 2)}\n` },
    {
      path: `${folder}/${tag}.sql`,
      text: `-- ${phase.summary.replaceAll(/[\r\n]+/g, ' ')}\n${text.join(BREAK)}\n`,
    },
  ];
}
