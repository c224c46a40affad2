import type { StepLock } from '@/lib/core/plan';
import { LOCK_MODES } from '@/lib/core/plan';
import { listTables, readCatalog } from '@/lib/engine/read-catalog';
import { openTarget } from '@/lib/engine/target';
import type { Catalog } from '@/lib/planner/catalog';
import type { Effects, HazardFinding, JudgeOptions, ParsedStatement } from '@/lib/planner/hazards/effects';
import { effectsOf } from '@/lib/planner/hazards/effects-of';
import type { HazardCase } from './hazard-case';
import type { Observation } from './observe';
import { parseOne } from './parse-one';

/** Everything that a database holds, as the reader gives it. */
export async function readEverything(url: string): Promise<Catalog> {
  const target = openTarget({ url });
  try {
    const tables = await listTables(target);
    const names = (query: string) => target.sql.unsafe<{ schema: string; name: string }[]>(query);
    const types = (kind: string) =>
      names(
        `SELECT n.nspname AS schema, t.typname AS name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = '${kind}' AND n.nspname = 'public'`,
      );
    const functions = await names(`SELECT '' AS schema, proname AS name FROM pg_proc GROUP BY proname`);
    return await readCatalog(target, {
      tables,
      enums: await types('e'),
      domains: await types('d'),
      functions: functions.map(({ name }) => name),
    });
  } finally {
    await target.close();
  }
}

/** The judge's answer in the words of the observer. */
export function predict(
  hazardCase: HazardCase,
  catalogs: readonly Catalog[],
  major: JudgeOptions['major'],
): { told: Observation; findings: HazardFinding[] } {
  const statements = [...hazardCase.before, hazardCase.statement].map(parseOne);
  const created = new Set<string>();
  const newEnumValues = new Set<string>();
  const held: StepLock[] = [];
  const all: Effects[] = [];
  const findings: HazardFinding[] = [];
  for (const [index, statement] of statements.entries()) {
    const catalog = catalogs[index];
    if (catalog === undefined)
      throw new Error(`No catalog was read for statement ${index} of ${hazardCase.id}.`);
    const effects = effectsOf(statement, catalog, {
      major,
      timeZone: hazardCase.timeZone,
      created,
      held: [...held],
      inTransaction: statements.length > 1,
      complete: true,
      newEnumValues,
    });
    findings.push(...effects.findings);
    if (effects.refused !== null)
      return { told: { locks: {}, rewrites: [], scans: [], builds: [], error: effects.refused }, findings };
    all.push(effects);
    held.push(...effects.locks);
    noteMade(statement, created, newEnumValues);
  }
  const merged = (of: (effects: Effects) => readonly string[]): string[] =>
    [...new Set(all.flatMap(of))].sort();
  const told = {
    locks: strongestOf(held),
    rewrites: merged(({ rewrites }) => rewrites),
    scans: merged(({ scans }) => scans),
    builds: merged(({ builds }) => builds),
    error: null,
  };
  return { told, findings };
}

function noteMade({ kind, node }: ParsedStatement, created: Set<string>, newEnumValues: Set<string>): void {
  const relation = node.relation as { relname?: string } | undefined;
  if (kind === 'CreateStmt') created.add(`public.${relation?.relname}`);
  if (kind === 'AlterEnumStmt') newEnumValues.add(String(node.newVal));
}

function strongestOf(locks: readonly StepLock[]): Observation['locks'] {
  const found: Record<string, StepLock['mode']> = {};
  for (const { relation, mode } of locks) {
    const before = found[relation];
    if (before === undefined || LOCK_MODES.indexOf(before) < LOCK_MODES.indexOf(mode)) found[relation] = mode;
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}
