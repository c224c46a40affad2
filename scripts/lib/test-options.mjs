import { UsageError } from './usage-error.mjs';

/** Every stage of `npm test`, in the order in which they run. */
export const STAGES = /** @type {const} */ (['format', 'lint', 'types', 'unit', 'postgres', 'build', 'e2e']);

/** @typedef {(typeof STAGES)[number]} Stage */

/**
 * Reads the arguments of `npm test`: `--full`, and `--only=unit,postgres` for work on a part. Throws UsageError.
 * @param {readonly string[]} args
 * @returns {{ full: boolean, stages: readonly Stage[] }}
 */
export function readTestOptions(args) {
  let full = false;
  /** @type {readonly Stage[]} */
  let stages = STAGES;
  for (const arg of args) {
    if (arg === '--full') full = true;
    else if (arg.startsWith('--only=')) stages = parseStages(arg.slice('--only='.length));
    else throw new UsageError(`Unknown argument "${arg}". Known: --full, --only=${STAGES.join(',')}.`);
  }
  return { full, stages };
}

/**
 * @param {string} list
 * @returns {readonly Stage[]}
 */
function parseStages(list) {
  const names = list.split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !STAGES.some((stage) => stage === name));
  if (unknown !== undefined || names.length === 0) {
    throw new UsageError(`Unknown stage "${unknown ?? ''}". Stages: ${STAGES.join(', ')}.`);
  }
  // A browser test without its build would test the build before it.
  return STAGES.filter((stage) => names.includes(stage) || (stage === 'build' && names.includes('e2e')));
}
