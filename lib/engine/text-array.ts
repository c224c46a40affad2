/** PostgreSQL's text form of a one-dimensional array of texts (manual, "Array Input and Output Syntax"). */
export function formatTextArray(texts: readonly (string | null)[]): string {
  const items = texts.map((text) =>
    text === null ? 'NULL' : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
  );
  return `{${items.join(',')}}`;
}

/** The way back from {@link formatTextArray}, also for items that PostgreSQL leaves without quotes. */
export function parseTextArray(array: string): (string | null)[] {
  const items: (string | null)[] = [];
  const pattern = /"((?:[^"\\]|\\[\s\S])*)"|([^,{}"]+)/g;
  for (const [, quoted, bare] of array.matchAll(pattern)) {
    if (quoted !== undefined) items.push(quoted.replace(/\\([\s\S])/g, '$1'));
    else items.push(bare === undefined || bare === 'NULL' ? null : bare);
  }
  return items;
}
