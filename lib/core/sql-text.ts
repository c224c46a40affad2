/** A possibly schema-qualified relation name. Names are literal: no folding, no parsing of dots. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** NAMEDATALEN - 1: PostgreSQL silently cuts longer identifiers (manual, "Identifiers and Key Words"). */
export const MAX_IDENTIFIER_BYTES = 63;

/** Quotes one identifier so that PostgreSQL reads exactly this name. Always quotes: no list of reserved words can be right for every version. */
export function quoteIdent(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a relation with its schema. */
export function quoteName(relation: RelationName): string {
  return `${quoteIdent(relation.schema)}.${quoteIdent(relation.name)}`;
}

/** Quotes a string literal; safe whatever `standard_conforming_strings` says, because a backslash switches to the E'' form. */
export function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

/** Length of an identifier as PostgreSQL counts it, in UTF-8 bytes. */
export function identifierBytes(name: string): number {
  return Buffer.byteLength(name, 'utf8');
}
