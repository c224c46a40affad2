/** A statement's kind for people: "CreateFunctionStmt" → "CREATE FUNCTION". */
export function kindInWords(kind: string): string {
  return kind
    .replace(/Stmt$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
}
