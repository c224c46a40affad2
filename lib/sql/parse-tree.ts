import { loadModule } from 'libpg-query';

// The WASM module loads once (about 20 ms); after that parsing is synchronous, so the planner stays pure and synchronous.
await loadModule();

type Visit = (kind: string, node: Record<string, unknown>) => void;

/** Visits every node of a parse tree, a parent before its children. */
export function walkTree(value: unknown, visit: Visit): void {
  if (Array.isArray(value)) {
    for (const item of value) walkTree(item, visit);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'object' && child !== null && !Array.isArray(child))
        visit(key, child as Record<string, unknown>);
      walkTree(child, visit);
    }
  }
}

/** The texts of a list of String nodes: the parts of a name. */
export function stringsOf(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: { String?: { sval?: string } }) =>
    item.String === undefined ? [] : [item.String.sval ?? ''],
  );
}
