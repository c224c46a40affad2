import { EMBEDDED_MAJOR, type Major, SUPPORTED_MAJORS } from '@/lib/postgres/binaries';

const chosen = process.env.SEGUE_TEST_MAJORS?.split(',').map(Number);

/**
 * The majors that tests of this run use: 15 and 18, or all with SEGUE_TEST_FULL=1 (`npm run test:full`). For work on one
 * file SEGUE_TEST_MAJORS names others, as in SEGUE_TEST_MAJORS=18.
 */
export const TEST_MAJORS: readonly Major[] =
  chosen !== undefined
    ? SUPPORTED_MAJORS.filter((major) => chosen.includes(major))
    : process.env.SEGUE_TEST_FULL === '1'
      ? SUPPORTED_MAJORS
      : [15, 18];

/** For what does not differ from one major to the next: the newest alone, or all in the full run. */
export const FEWER_MAJORS: readonly Major[] =
  chosen !== undefined || process.env.SEGUE_TEST_FULL === '1' ? TEST_MAJORS : [18];

/** For tests of one server, whose major does not matter: the newest of the run. */
export const ONE_MAJOR: Major = TEST_MAJORS.at(-1) ?? EMBEDDED_MAJOR;

/** Environment variable in which the global setup leaves the superuser's URL of a server; test workers inherit it. */
export function serverVariable(major: Major): string {
  return `SEGUE_TEST_POSTGRES_${major}`;
}
