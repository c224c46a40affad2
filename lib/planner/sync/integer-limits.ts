/** The greatest number of each integer type, by the name that PostgreSQL prints. */
const LIMITS: Readonly<Record<string, bigint>> = {
  smallint: 32_767n,
  integer: 2_147_483_647n,
  bigint: 9_223_372_036_854_775_807n,
};

/** null: no integer type. */
export function greatestOf(type: string): bigint | null {
  return LIMITS[type] ?? null;
}
