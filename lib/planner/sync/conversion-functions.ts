import { functionBody } from './function-body';
import { type FailurePolicy, type Pair, pairNames } from './pair';
import { standInSequence } from './stand-in';

/** What a value that does not convert raises, a function of the team's own with RAISE included. Each names a whole class but for the two violations. */
export const CONVERSION_ERRORS =
  'data_exception OR check_violation OR not_null_violation OR plpgsql_error OR case_not_found';

/** What a conversion must not depend on: who writes, and how their session shows times. */
const CONVERSION_SETTINGS = `SET search_path = pg_catalog, pg_temp
SET TimeZone = 'UTC'
SET DateStyle = 'ISO, YMD'
SET IntervalStyle = 'postgres'`;

function conversionFunction(
  name: string,
  from: string,
  to: string,
  apply: (source: string) => string,
  policy: FailurePolicy,
  holds: (result: string) => string | null = () => null,
): string {
  const fallback = policy.kind === 'value' ? policy.sql : 'NULL';
  return `CREATE OR REPLACE FUNCTION ${name}(source ${from}) RETURNS ${to} LANGUAGE plpgsql STABLE
${CONVERSION_SETTINGS}
AS ${functionBody(`DECLARE result ${to};
BEGIN
  result := ${apply('source')};${heldOr(holds, fallback)}
  RETURN result;
EXCEPTION WHEN ${CONVERSION_ERRORS} THEN
  RETURN ${fallback};
END`)}`;
}

/** Leaves the function where the result does not stand for the source. */
const heldOr = (holds: (result: string) => string | null, otherwise: string): string => {
  const held = holds('result');
  return held === null
    ? ''
    : `
  IF NOT (${held}) THEN
    RETURN ${otherwise};
  END IF;`;
};

function failureFunction(
  name: string,
  from: string,
  to: string,
  apply: (source: string) => string,
  holds: (result: string) => string | null = () => null,
): string {
  return `CREATE OR REPLACE FUNCTION ${name}(source ${from}) RETURNS boolean LANGUAGE plpgsql STABLE
${CONVERSION_SETTINGS}
AS ${functionBody(`DECLARE result ${to};
BEGIN
  result := ${apply('source')};${heldOr(holds, 'true')}
  RETURN false;
EXCEPTION WHEN ${CONVERSION_ERRORS} THEN
  RETURN true;
END`)}`;
}

/** The helper functions of a converting pair: safe conversion and "would fail", each way. Empty for a copy. */
export function conversionFunctions(pair: Pair): string[] {
  if (!pair.converts) return [];
  const names = pairNames(pair);
  const asPrinted = (result: string) =>
    pair.spelled === true ? `${pair.up.apply(result)} IS NOT DISTINCT FROM source` : null;
  return [
    conversionFunction(names.up, pair.old.type, pair.newType, pair.up.apply, pair.up.onFailure),
    failureFunction(names.upFails, pair.old.type, pair.newType, pair.up.apply),
    conversionFunction(
      names.down,
      pair.newType,
      pair.old.type,
      pair.down.apply,
      pair.down.onFailure,
      asPrinted,
    ),
    failureFunction(names.downFails, pair.newType, pair.old.type, pair.down.apply, asPrinted),
    ...standInSequence(pair),
  ];
}
