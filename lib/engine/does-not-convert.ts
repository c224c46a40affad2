import { sqlStateOf } from './target';

/** data_exception, case_not_found, what a function raises itself, check_violation, not_null_violation. */
const STATES = /^(22|20|P0|23514|23502)/;

/** True for an error that says of some value among many that it does not convert: the form that never raises tells which. */
export function doesNotConvert(error: unknown): boolean {
  return STATES.test(sqlStateOf(error) ?? '');
}
