import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { NOTHING_RECORDED } from '@/lib/core/recorded';
import { RecordedPanel } from './recorded-panel';

it('shows the latest values that were not carried over, and nothing where there are none', () => {
  const at = '2026-11-07T10:00:00.000Z';
  const shown = renderToStaticMarkup(
    <RecordedPanel
      transition="code to number"
      recorded={{
        exceptions: 2,
        conflicts: 1,
        lastExceptions: [{ side: 'old', key: { id: 12 }, value: 'twelve', at }],
        lastConflicts: [{ key: { id: 13 }, kept: '77', lost: '78', at }],
      }}
    />,
  );
  for (const words of [
    '2 values were written',
    'id 12',
    'old side: twelve',
    'Once two values',
    'kept 77, not 78',
  ])
    expect(shown).toContain(words);
  expect(renderToStaticMarkup(<RecordedPanel transition="a" recorded={NOTHING_RECORDED} />)).toBe('');
});
