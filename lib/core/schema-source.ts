/** The schema of a live database, without a row of it. */
export interface SchemaSource {
  /** Statements that make it, in an order that mostly holds. */
  readonly statements: readonly string[];
  /** Its catalog, by which a copy is judged. */
  readonly catalog: readonly string[];
  readonly serverVersionNum: number;
}
