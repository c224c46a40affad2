import { describe, expect, it } from 'vitest';
import type { Plan } from '@/lib/core/plan';
import type { StatementView } from '@/lib/views/migration-view';
import { phaseLinks, statementsInPhase } from './phase-links';

const statement = (fate: StatementView['fate']): StatementView => ({ line: 1, column: 1, endLine: 1, fate });
const phases = [
  { number: 1, steps: [{ operation: 0 }, { operation: 1 }] },
  { number: 2, steps: [{ operation: 0 }, { operation: 0 }] },
] as unknown as Plan['phases'];

describe('phaseLinks', () => {
  it('joins statements and phases by their operations, both ways', () => {
    const links = phaseLinks(
      [
        statement({ kind: 'operation', operations: [0] }),
        statement({ kind: 'nothing', why: '' }),
        statement({ kind: 'operation', operations: [0, 1] }),
        statement({ kind: 'operation', operations: [1] }),
      ],
      { phases },
    );
    expect(links.phasesOf).toEqual([[1, 2], [], [1, 2], [1]]);
    expect(statementsInPhase(links, 2)).toEqual([0, 2]);
    expect(statementsInPhase(links, 1)).toEqual([0, 2, 3]);
    expect(links.statementsOf.get(1)).toEqual([2, 3]);
  });

  it('knows of no phases where there is no plan', () => {
    expect(phaseLinks([statement({ kind: 'operation', operations: [0] })], null).phasesOf).toEqual([[]]);
  });
});
