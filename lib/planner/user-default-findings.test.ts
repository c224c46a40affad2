import { expect, it } from 'vitest';
import { sampleColumn, sampleTable } from '@/test/sample-catalog';
import { userDefaultFindings } from './user-default-findings';

it.each([
  ['CURRENT_USER', 1],
  ["(CURRENT_ROLE)::text || 'x'", 1],
  ['SESSION_USER', 0],
  ['CURRENT_TIMESTAMP', 0],
  [null, 0],
])('the default %s asks for %i warnings', (text, count) => {
  const column = sampleColumn('by', { default: text });
  const found = userDefaultFindings(sampleTable([column]), column, 0);
  expect(found).toHaveLength(count);
  for (const one of found) expect(one.message).toContain('not who writes');
});
