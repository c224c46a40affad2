import { blockerInWords, blockersAsEvidence } from '@/lib/core/blocker';
import { listed, type PreflightQuestion } from './question';

/** A plain autovacuum gives way; one against wraparound does not, and must not. */
export const wraparoundVacuum: PreflightQuestion = {
  id: 'preflight.wraparound',
  title: 'No vacuum against wraparound is at the table',
  ask: async ({ blockers }) => {
    const running = blockers.filter(({ kind }) => kind === 'wraparound');
    if (running.length === 0) return null;
    return {
      outcome: 'fail',
      summary: `${listed(running.map(blockerInWords))}. It does not give way: wait until it is done.`,
      evidence: blockersAsEvidence(running),
    };
  },
};
