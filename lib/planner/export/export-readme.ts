import type { Phase, Plan } from '@/lib/core/plan';
import type { ExportFormat } from './export-plan';
import type { ExportFile } from './export-unit';
import type { PhaseUnits } from './phase-units';

interface Readme {
  readonly plan: Plan;
  readonly units: readonly PhaseUnits[];
  readonly format: ExportFormat;
  readonly files: readonly ExportFile[];
  /** Where drizzle notes what it has run. */
  readonly table: string;
  readonly folderOf: (phase: Phase) => string;
}

const run = (folder: string): string =>
  `for file in ${folder}/*.sql; do psql "$DATABASE_URL" -X -v ON_ERROR_STOP=1 -f "$file" || break; done`;

const migrator = (folder: string, table: string): string =>
  `await migrate(db, { migrationsFolder: '${folder}', migrationsTable: '${table}' })`;

const fence = (language: string, lines: readonly string[]): string =>
  `\`\`\`${language}\n${lines.join('\n')}\n\`\`\``;

function commands({ format, files, table, folderOf }: Readme, { phase }: PhaseUnits): string[] {
  const folder = folderOf(phase);
  const has = (part: string) => files.some(({ path }) => path.startsWith(`${folder}/${part}/`));
  const shell = (part: string) => (has(part) ? [fence('sh', [run(`${folder}/${part}`)])] : []);
  const forward =
    format === 'sql'
      ? shell('up')
      : [...shell('before'), fence('ts', [migrator(folder, table)]), ...shell('after')];
  const back = shell(format === 'sql' ? 'down' : 'back');
  return [
    ...(forward.length === 0 ? ['Nothing is to be run.'] : forward),
    `Back: ${phase.rollback}`,
    ...(phase.kind === 'purge' ? [] : back),
  ];
}

function chapter(readme: Readme, units: PhaseUnits): string {
  const { phase, lookAt } = units;
  const kept = phase.steps.some(({ restores }) => restores !== undefined);
  return [
    `## ${phase.number}. ${phase.title}`,
    phase.summary,
    ...(phase.deploy === null ? [] : [`**${phase.deploy.title}.** ${phase.deploy.text}`]),
    ...(lookAt.length === 0
      ? []
      : [
          `Before it make sure, since no SQL here asks for it:\n\n${lookAt.map((title) => `- ${title}`).join('\n')}`,
        ]),
    ...(kept ? ['Some files of the way back make again what the way back itself had to give up.'] : []),
    ...commands(readme, units),
  ].join('\n\n');
}

const RULES = `Each file is one transaction, or statements that each stand alone. A file that fails has changed nothing that running it again
minds: most often it did not get a lock within 400 ms, so that no query of the application waits longer. Run it again until it
succeeds, then the next one. A file "check" fails where something is not as it must be: then stop. Files are for psql, which sends
statement after statement; a client that sends a whole file as one message cannot run CONCURRENTLY or commit within a block.`;

const DRIZZLE = (
  table: string,
): string => `Each folder is one deploy. Its migration is run by drizzle's own migrator, with a table of its own for what it has run
(\`${table}\`): in the table of your other migrations a younger one would make drizzle pass over these in silence. With drizzle-kit the
same is \`migrations: { table: '${table}' }\` beside \`out\` in a configuration for each folder. What cannot run in drizzle's transaction (index
builds, backfills, proofs) lies beside it: first \`before\`, then the migration, then \`after\`.

The way back is in \`back\`; its last file makes drizzle forget the migration.`;

/** What a person needs who has only these files. */
export function readme(input: Readme): string {
  const { plan, format, table } = input;
  const tail = plan.phases.some(({ kind }) => kind === 'purge')
    ? '\n\nUntil the last phase the way back is open; give it as long as you want to be able to go back.'
    : '';
  return `# ${plan.name}

Made by Segue, to be used without it. ${plan.phases.length} phases, one after the other; between two of them the application is deployed as the phase
says. New code may run once phase ${plan.newCodeFrom} is done, old code until phase ${Math.min(plan.oldCodeUntil + 1, plan.phases.length + 1)} begins.${tail}

${format === 'drizzle' ? `${DRIZZLE(table)}\n\n` : ''}${RULES}

Segue itself would also look for whoever is in the way, follow the load of the server, record what it did and go on by itself after
an interruption. Triggers and their functions stand in a schema \`segue\`, which the files make and take away.

${input.units.map((units) => chapter(input, units)).join('\n\n')}
`;
}
