import { type ExportFile, type ExportUnit, LOCK_TIMEOUT } from './export-unit';

/** What a statement means must not depend on the settings of whoever runs it. */
const SETTINGS = [
  ['search_path', 'pg_catalog, pg_temp'],
  ['TimeZone', "'UTC'"],
  ['DateStyle', "'ISO, YMD'"],
  ['IntervalStyle', "'postgres'"],
  ['row_security', 'off'],
] as const;

/** The settings as statements, for one transaction or for the session. */
export const settings = (scope: 'LOCAL' | 'SESSION'): string[] => [
  ...SETTINGS.map(([name, value]) => `SET ${scope} ${name} = ${value}`),
  `SET ${scope} lock_timeout = '${LOCK_TIMEOUT}'`,
  ...(scope === 'SESSION' ? ['SET SESSION statement_timeout = 0'] : []),
];

const script = (statements: readonly string[]): string => statements.map((each) => `${each};\n`).join('');

/** One unit as a file of its own, which may be run again if it failed. */
function unitText(unit: ExportUnit): string {
  const comment = [unit.title, ...(unit.impact === null ? [] : [unit.impact])]
    .map((line) => `-- ${line.replaceAll(/[\r\n]+/g, ' ')}\n`)
    .join('');
  const own = unit.transaction ? ['BEGIN', ...unit.statements, 'COMMIT'] : unit.statements;
  return `${comment}${script(settings('SESSION'))}\n${script(own)}`;
}

/** Numbered files in the order in which they run. */
export function unitFiles(folder: string, units: readonly ExportUnit[]): ExportFile[] {
  return units.map((unit, index) => ({
    path: `${folder}/${String(index + 1).padStart(2, '0')}-${unit.slug}.sql`,
    text: unitText(unit),
  }));
}
