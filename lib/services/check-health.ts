import { sql } from 'drizzle-orm';
import { countRuns } from '@/lib/store/runs';
import { logger } from './logger';
import { serviceContext } from './service-context';

export interface Health {
  readonly ok: boolean;
  readonly controlDatabase: 'up' | 'down';
  /** Runs that should move and that no live worker has; not 0 for long means that no worker runs. */
  readonly waitingRuns: number | null;
}

/** Whether this process can do its work. Never throws. */
export async function checkHealth(): Promise<Health> {
  try {
    const context = await serviceContext();
    await context.control.execute(sql`select 1`);
    const { orphaned } = await countRuns(context.control);
    return { ok: true, controlDatabase: 'up', waitingRuns: orphaned };
  } catch (error) {
    logger.warn({ err: error }, 'health');
    return { ok: false, controlDatabase: 'down', waitingRuns: null };
  }
}
