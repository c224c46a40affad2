import type { Phase, Plan } from '@/lib/core/plan';
import { drizzleMigration } from './drizzle-migration';
import { readme } from './export-readme';
import type { ExportFile } from './export-unit';
import { type PhaseUnits, phaseUnits } from './phase-units';
import { unitFiles } from './unit-files';

export const EXPORT_FORMATS = ['drizzle', 'sql'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The folder of a phase. */
const folderOf = ({ number, title }: Phase): string => `${number}-${title.toLowerCase()}`;

function sqlPhase({ phase, before, up, after, down }: PhaseUnits): ExportFile[] {
  const folder = folderOf(phase);
  return [...unitFiles(`${folder}/up`, [...before, ...up, ...after]), ...unitFiles(`${folder}/down`, down)];
}

/** What may stand in one transaction is the migration; from the first unit on that may not, each is a file. */
function drizzlePhase(
  { phase, before, up, after, down }: PhaseUnits,
  made: { readonly at: number; readonly table: string },
): ExportFile[] {
  const folder = folderOf(phase);
  const brief = up.findIndex((unit) => !unit.brief);
  const inside = brief < 0 ? up : up.slice(0, brief);
  const outside = brief < 0 ? [] : up.slice(brief);
  const when = made.at + phase.number;
  return [
    ...unitFiles(`${folder}/before`, before),
    ...drizzleMigration(folder, phase, inside, when),
    ...unitFiles(`${folder}/after`, [...outside, ...after]),
    ...unitFiles(`${folder}/back`, [
      ...down,
      ...(down.length === 0 && phase.kind === 'purge'
        ? []
        : [
            {
              slug: 'forget-migration',
              title: 'So that drizzle runs the migration of this phase again',
              impact: null,
              statements: [`DELETE FROM drizzle.${made.table} WHERE created_at = ${when}`],
              transaction: false,
              brief: false,
            },
          ]),
    ]),
  ];
}

/**
 * A plan as files that are used without Segue: plain SQL there and back, or a drizzle migration for each phase with the rest beside it.
 * Pure; `at` (milliseconds) numbers the migrations. Throws `unsupported` for what cannot be written as SQL alone.
 */
export function exportPlan(plan: Plan, format: ExportFormat, at: number): ExportFile[] {
  const units = phaseUnits(plan);
  const table = `__segue_${plan.digest.slice(0, 8)}`;
  const files = units.flatMap((each) =>
    format === 'sql' ? sqlPhase(each) : drizzlePhase(each, { at, table }),
  );
  return [{ path: 'README.md', text: readme({ plan, units, format, files, table, folderOf }) }, ...files];
}
