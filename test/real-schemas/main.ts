// `npm run test:real-schemas -- <folder> [history …] [--only <operation>]…`: real migration histories, filled with rows; every operation on every column that it fits.
import path from 'node:path';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import { quoteIdent } from '@/lib/core/sql-text';
import { planTransition } from '@/lib/engine/plan-transition';
import { openTarget, type Target } from '@/lib/engine/target';
import type { TableInfo } from '@/lib/planner/catalog';
import { withServer } from '@/lib/postgres/temporary-server';
import { fillTable } from './fill-table';
import type { GuideKind } from './propose-operations';
import { type Proposal, proposeOperations, withAddValue } from './propose-operations';
import { readHistory } from './read-history';
import { readSchema } from './read-schema';
import { runGroup } from './run-group';

const ROWS = 40;
/** Operations in one transition: more share the overhead of a move, fewer make a failure quicker to find. */
const GROUP = 12;
const LANES = 2;
const HISTORIES = [
  'prisma/umami-software__umami',
  'drizzle/cgoinglove__better-chatbot',
  'drizzle/vercel__ai-chatbot',
];
const KINDS: readonly GuideKind[] = [
  'rename_column',
  'change_type',
  'add_column',
  'drop_column',
  'set_not_null',
];

interface Tally {
  tried: number;
  done: number;
  failed: string[];
  readonly refused: Map<string, number>;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

const urlOf = (serverUrl: string, database: string) => {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
};

class Copies {
  private next = 0;
  constructor(
    private readonly server: postgres.Sql,
    private readonly serverUrl: string,
    private readonly template: string,
  ) {}

  /** Gives `work` a copy of the filled database. */
  async use<T>(work: (target: Target) => Promise<T>): Promise<T> {
    this.next += 1;
    const name = `${this.template}_${this.next}`;
    await this.server.unsafe(`CREATE DATABASE ${quoteIdent(name)} TEMPLATE ${quoteIdent(this.template)}`);
    const target = openTarget({ url: urlOf(this.serverUrl, name) });
    try {
      return await work(target);
    } finally {
      await target.close();
      await this.server.unsafe(`DROP DATABASE ${quoteIdent(name)} WITH (FORCE)`);
    }
  }
}

/** Runs a group; one that fails is halved until the operation is known that fails. */
async function runHalving(copies: Copies, group: readonly Proposal[], tally: Tally): Promise<void> {
  try {
    await copies.use((target) => runGroup(target, group));
    tally.done += group.length;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (group.length === 1) {
      tally.failed.push(`${group[0]?.label}: ${message}`);
      say(`  FAILED ${group[0]?.label}: ${message}`);
      return;
    }
    const half = Math.ceil(group.length / 2);
    await runHalving(copies, group.slice(0, half), tally);
    await runHalving(copies, group.slice(half), tally);
  }
}

/** The reason without the names in it. */
function reasonOf(error: SegueError): string {
  return `${error.code}: ${error.message
    .replace(/"[^"]*"/g, '…')
    .replace(/expression .*? (is|names|calls)/, 'expression … $1')
    .slice(0, 110)}`;
}

async function fitting(target: Target, proposals: readonly Proposal[], tally: Tally): Promise<Proposal[]> {
  const accepted: Proposal[] = [];
  for (const proposal of proposals) {
    tally.tried += 1;
    try {
      await planTransition(target, { name: 'trial', dualWrite: 'managed', operations: [proposal.operation] });
      accepted.push(proposal);
    } catch (error) {
      if (!(error instanceof SegueError)) throw error;
      const reason = reasonOf(error);
      tally.refused.set(reason, (tally.refused.get(reason) ?? 0) + 1);
    }
  }
  return accepted;
}

function proposalsOf(tables: readonly TableInfo[], kind: GuideKind): Proposal[] {
  return tables.flatMap((table) =>
    table.columns.map((column) => withAddValue(proposeOperations(table, column)[kind], column)),
  );
}

async function testHistory(
  server: postgres.Sql,
  serverUrl: string,
  folder: string,
  index: number,
  kinds: readonly GuideKind[],
): Promise<Map<GuideKind, Tally>> {
  const template = `history_${index}`;
  await server.unsafe(`CREATE DATABASE ${quoteIdent(template)}`);
  const setup = postgres(urlOf(serverUrl, template), { max: 1, onnotice: () => undefined });
  for (const file of readHistory(folder)) await setup.unsafe(file);
  const reading = openTarget({ url: urlOf(serverUrl, template) });
  const schema = await readSchema(reading);
  const rows = new Map<string, number>();
  for (const table of schema.tables) rows.set(table.name, await fillTable(setup, table, ROWS));
  await setup.unsafe('ANALYZE');
  await setup.end();
  const empty = [...rows].filter(([, count]) => count === 0).map(([name]) => name);
  say(
    `\n${path.basename(folder)}: ${schema.tables.length} tables, ${schema.tables.flatMap((table) => table.columns).length} columns, ${[...rows.values()].reduce((a, b) => a + b, 0)} rows${empty.length === 0 ? '' : `; without rows: ${empty.join(', ')}`}`,
  );

  const tallies = new Map<GuideKind, Tally>();
  const groups: { group: Proposal[]; tally: Tally }[] = [];
  for (const kind of kinds) {
    const tally: Tally = { tried: 0, done: 0, failed: [], refused: new Map() };
    tallies.set(kind, tally);
    const accepted = await fitting(reading, proposalsOf(schema.tables, kind), tally);
    for (let at = 0; at < accepted.length; at += GROUP)
      groups.push({ group: accepted.slice(at, at + GROUP), tally });
  }
  await reading.close();
  const copies = new Copies(server, serverUrl, template);
  const lane = async () => {
    for (let next = groups.shift(); next !== undefined; next = groups.shift())
      await runHalving(copies, next.group, next.tally);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return tallies;
}

function report(name: string, tallies: Map<GuideKind, Tally>): number {
  for (const [kind, tally] of tallies) {
    const refused = [...tally.refused.values()].reduce((a, b) => a + b, 0);
    say(`| ${name} | ${kind} | ${tally.tried} | ${tally.done} | ${refused} | ${tally.failed.length} |`);
  }
  return [...tallies.values()].reduce((sum, tally) => sum + tally.failed.length, 0);
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string', multiple: true } },
  });
  const [folder, ...chosen] = positionals;
  const kinds = KINDS.filter((kind) => values.only === undefined || values.only.includes(kind));
  if (folder === undefined) {
    process.stderr.write(
      'Usage: npm run test:real-schemas -- <folder of histories> [history …] [--only <operation>]\n',
    );
    return 2;
  }
  const began = performance.now();
  const names = chosen.length === 0 ? HISTORIES : chosen;
  return withServer(18, async (running) => {
    const server = postgres(running.url, { max: LANES, onnotice: () => undefined });
    const results: [string, Map<GuideKind, Tally>][] = [];
    for (const [index, name] of names.entries())
      results.push([
        path.basename(name),
        await testHistory(server, running.url, path.resolve(folder, name), index, kinds),
      ]);
    await server.end();
    say('\n| history | operation | tried | done | refused | failed |\n|---|---|---|---|---|---|');
    const failed = results.map(([name, tallies]) => report(name, tallies)).reduce((a, b) => a + b, 0);
    say('\nRefused, by reason:');
    const reasons = new Map<string, number>();
    for (const [, tallies] of results)
      for (const [kind, tally] of tallies)
        for (const [reason, count] of tally.refused)
          reasons.set(`${kind} – ${reason}`, (reasons.get(`${kind} – ${reason}`) ?? 0) + count);
    for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1]))
      say(`${String(count).padStart(5)}  ${reason}`);
    say(`\n${failed} failed, in ${Math.round((performance.now() - began) / 1000)} s`);
    return failed === 0 ? 0 : 1;
  });
}

process.exitCode = await main();
