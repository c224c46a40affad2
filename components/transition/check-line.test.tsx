import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { CheckMark } from './check-line';

it('says that a person is needed only until one has decided', () => {
  const mark = (acknowledged: boolean) =>
    renderToStaticMarkup(<CheckMark check={{ outcome: 'inconclusive', acknowledged }} />);
  expect(mark(false)).toContain('Needs a person');
  expect(mark(true)).toContain('Accepted');
  expect(renderToStaticMarkup(<CheckMark check={null} />)).toContain('Not run yet');
});
