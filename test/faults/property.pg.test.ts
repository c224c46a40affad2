import { it } from 'vitest';
import { ONE_MAJOR, serverVariable } from '../postgres/test-majors';
import { checkProperty } from './property';

/** The short form; `npm run test:faults` tells more stories. */
it('random transitions, moves, pauses and writes of two versions agree with a map in memory', async () => {
  const url = process.env[serverVariable(ONE_MAJOR)] ?? '';
  const shared = {
    url,
    dataDir: '',
    crash: () => Promise.reject(new Error('this server is shared')),
    discard: () => Promise.resolve(),
  };
  await checkProperty(shared, { seed: 20_261_122, runs: 3, acts: 10 });
});
