import { describe, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { COMPOSED } from './composed-cases';
import { thereAndBack } from './direct-case';
import { DIRECT_CASES, TOGETHER } from './direct-cases';
import { NAMED } from './named-cases';

/** Each on its own only in the full run: together they go through the same steps. */
const CASES =
  process.env.SEGUE_TEST_FULL === '1'
    ? [...TOGETHER, ...COMPOSED, ...NAMED, ...DIRECT_CASES]
    : [...TOGETHER, ...[...COMPOSED, ...NAMED].filter(({ always }) => always === true)];

describe.each(FEWER_MAJORS)('operations that act directly, there and back on PostgreSQL %i', (major) => {
  it.each(CASES.filter(({ since = 14 }) => major >= since))('$name', async (direct) => {
    await thereAndBack(major, direct);
  });
});
