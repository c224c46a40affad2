import { blockerInWords, blockersAsEvidence } from '@/lib/core/blocker';
import { listed, type PreflightQuestion } from './question';

/** A prepared transaction keeps its locks until somebody ends it, through restarts too: waiting would be in vain. */
export const preparedTransactions: PreflightQuestion = {
  id: 'preflight.prepared',
  title: 'No prepared transaction holds the table',
  ask: async ({ blockers }) => {
    const prepared = blockers.filter(({ kind }) => kind === 'prepared');
    if (prepared.length === 0) return null;
    return {
      outcome: 'fail',
      summary: `${listed(prepared.map(blockerInWords)).replace(/^p/, 'P')}: COMMIT PREPARED or ROLLBACK PREPARED it first.`,
      evidence: blockersAsEvidence(prepared),
    };
  },
};
