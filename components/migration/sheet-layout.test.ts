import { describe, expect, it } from 'vitest';
import type { RawFinding, StatementView } from '@/lib/views/migration-view';
import { linesToEdit, sheetLayout } from './sheet-layout';

const statement = (line: number, endLine: number, column = 1): StatementView => ({
  line,
  endLine,
  column,
  fate: { kind: 'operation', operations: [0] },
});
const finding = (over: Partial<RawFinding>): RawFinding => ({
  line: 1,
  column: 1,
  statement: null,
  rule: 'r',
  severity: 'info',
  message: '',
  fix: null,
  relation: null,
  lock: null,
  caret: false,
  work: null,
  ...over,
});

describe('sheetLayout', () => {
  const statements = [statement(3, 4), statement(4, 4, 30), statement(7, 9)];

  it('knows which statement a line belongs to, where each begins and ends, and what is said of it', () => {
    const layout = sheetLayout(10, {
      statements,
      findings: [
        finding({ statement: 2, severity: 'info' }),
        finding({ statement: 2, severity: 'error', rule: 'grave' }),
        finding({ line: 1, rule: 'loose' }),
        finding({ line: 8, column: 5, statement: 2, caret: true }),
      ],
    });
    expect([...layout.owner.slice(1)]).toEqual([-1, -1, 0, 0, -1, -1, 2, 2, 2, -1]);
    expect(layout.begins.get(4)).toEqual([1]);
    expect(layout.ends.get(4)).toEqual([0, 1]);
    expect(layout.findingsOf.get(2)?.[0]?.rule).toBe('grave');
    expect(layout.loose.get(1)?.[0]?.rule).toBe('loose');
    expect(layout.carets.get(8)).toEqual([5]);
  });

  it('keeps what a former text said of lines that are gone', () => {
    const layout = sheetLayout(2, { statements, findings: [finding({ line: 8 })] });
    expect(layout.ends.get(2)).toEqual([0, 1, 2]);
    expect(layout.loose.get(2)).toHaveLength(1);
  });

  it('lets every line be edited with one of the statements', () => {
    const layout = sheetLayout(10, { statements, findings: [] });
    expect(linesToEdit(layout, statements, 0)).toEqual({ from: 1, to: 4 });
    expect(linesToEdit(layout, statements, 2)).toEqual({ from: 5, to: 10 });
  });
});
