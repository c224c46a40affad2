const NAMES = new Set(['table', 'name', 'from']);

/**
 * What a pgroll migration names, in the form in which parsed statements name it: whatever could be a table or an index. To be looked up
 * in a database; names of other things are not found there. Whatever is no migration names nothing.
 */
export function relationsOfPgroll(file: unknown): { readonly RangeVar: { readonly relname: string } }[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value))
      if (typeof child === 'string' && NAMES.has(key)) found.add(child);
      else visit(child);
  };
  visit(file);
  return [...found].map((relname) => ({ RangeVar: { relname } }));
}
