import type { Codec, VersionSpec } from '../traffic/traffic-spec';
import type { Scenario } from './lifecycle';

/** A version that reads and writes one column. */
export function uses(
  column: string,
  rest: Partial<VersionSpec> & { readonly codec?: Codec } = {},
): VersionSpec {
  const { codec = 'same', ...others } = rest;
  const use = { column, codec };
  return { write: [use], read: use, omitted: null, nullable: true, ...others };
}

/** A version that does not know the value. */
export function ignores(rest: Partial<VersionSpec> = {}): VersionSpec {
  return { write: [], read: null, omitted: null, nullable: false, ...rest };
}

/** Columns that every workload's table has beside its key and the value. */
export const COMMON = 'tenant int NOT NULL, active boolean NOT NULL, n bigint NOT NULL';

export const TEXT_BOUNDARIES = [
  '',
  ' ',
  'it\'s "quoted" \\ and \t tabbed',
  'ünïcödé 🐘',
  'NULL',
  'x'.repeat(3000),
];
export const INT_BOUNDARIES = ['0', '-1', '2147483647', '-2147483647'];

/** Scenarios of `npm test`, and those that only the full run registers. */
export function scenarios(
  always: readonly Scenario[],
  inFullRun: readonly Scenario[] = [],
): readonly Scenario[] {
  return process.env.SEGUE_TEST_FULL === '1' ? [...always, ...inFullRun] : always;
}
