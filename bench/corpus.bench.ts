// Whole histories of migration files, each file planned and played through on copies. `npm run bench corpus -- <folder>`; options: --only <pattern of a path>, --pg 15|18, --rows n, --lanes n, --all (also files without an unsafe statement), --verbose.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { migrationFolder } from '@/lib/cli/migration-folder';
import { ScratchServer } from '@/lib/engine/prove/scratch';
import { surviveDriverFaults } from '@/lib/postgres/driver-fault';
import { withServer } from '@/lib/postgres/temporary-server';
import { type CorpusCounts, countResults } from './support/corpus/count-results';
import { addFurnitureRoles } from './support/corpus/furniture';
import { type FileResult, runHistory } from './support/corpus/run-history';
import { writeResult } from './support/write-result';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    pg: { type: 'string', default: '18' },
    rows: { type: 'string', default: '60' },
    lanes: { type: 'string', default: '2' },
    all: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const root = path.resolve(positionals[0] ?? path.join(import.meta.dirname, '..', 'test', 'histories'));
const major = values.pg === '15' ? 15 : 18;
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Folders below `folder` that hold a history of their own. */
async function historiesIn(folder: string): Promise<string[]> {
  if ((await migrationFolder('.', folder)).files.length > 0) return [folder];
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) found.push(...(await historiesIn(path.join(folder, entry.name))));
  return found;
}

function sayFile(history: string, { file, plan, planRefused, verdicts, crash, rehearsal }: FileResult): void {
  const words = [
    `${history}/${file}`,
    plan,
    `${verdicts.length} unsafe`,
    rehearsal === null ? '' : `end ${rehearsal.end.outcome}, back ${rehearsal.back.outcome}`,
    rehearsal?.rawFailsOnRows ? 'raw fails on rows' : '',
    crash === null ? '' : 'CRASH',
  ];
  say(words.filter((word) => word !== '').join('  '));
  if (!values.verbose) return;
  const lines = [
    ...(crash === null ? [] : [crash]),
    ...(planRefused === null ? [] : [`planner: ${planRefused}`]),
    ...verdicts
      .filter(({ fate }) => fate !== 'planned')
      .map(({ line, fate, code }) => `line ${line} ${fate} ${code}`),
    ...(rehearsal?.end.lines ?? []).map((line) => `end: ${line}`),
    ...(rehearsal?.back.lines ?? []).map((line) => `back: ${line}`),
    ...(rehearsal?.longWork ?? []).map((line) => `long work: ${line}`),
  ];
  for (const line of lines) say(`    ${line.slice(0, 600)}`);
}

function sayTable(histories: ReadonlyMap<string, CorpusCounts>): void {
  say(
    '\n| history | files | unsafe files | planned | end equal | back equal | raw fails on rows | unsafe statements | planned | asked | refused |',
  );
  say('|---|---|---|---|---|---|---|---|---|---|---|');
  for (const [name, c] of histories)
    say(
      `| ${[name, c.files, c.unsafeFiles, c.unsafeFilesPlanned, c.end.equal, c.back.equal, c.rawFailsOnRows, c.unsafeStatements, c.planned, c.asked, c.refused].join(' | ')} |`,
    );
}

surviveDriverFaults();
const began = performance.now();
await withServer(major, async (running) => {
  const server = new ScratchServer(running.url);
  const results = new Map<string, FileResult[]>();
  let version = '';
  try {
    await addFurnitureRoles(server);
    version = await server.version();
    const waiting = await historiesIn(root);
    const lane = async () => {
      for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
        const name = path.relative(root, folder) || path.basename(folder);
        const onFile = (result: FileResult) => sayFile(name, result);
        results.set(
          name,
          await runHistory(server, folder, {
            major,
            rows: Number(values.rows),
            only: values.only === undefined ? undefined : new RegExp(values.only),
            all: values.all,
            onFile,
          }),
        );
      }
    };
    await Promise.all(Array.from({ length: Number(values.lanes) }, lane));
  } finally {
    await server.close();
  }
  const all = countResults([...results.values()].flat());
  sayTable(
    new Map([...[...results].map(([name, files]) => [name, countResults(files)] as const), ['all', all]]),
  );
  const seconds = Math.round((performance.now() - began) / 1000);
  if (values.only === undefined) writeResult('corpus', version, { histories: results.size, ...all, seconds });
  else say(JSON.stringify(all, null, 2));
});
