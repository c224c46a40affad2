import { controlDatabaseUrl } from '@/lib/postgres/control-database';
import { onDriverFault, surviveDriverFaults } from '@/lib/postgres/driver-fault';
import { dataFolder } from '@/lib/postgres/project-folder';
import { type ControlDb, openControlDatabase } from '@/lib/store/control-db';
import { type EncryptionKey, loadEncryptionKey } from '@/lib/store/encryption-key';
import { type MoveQueue, openMoveQueue } from '@/lib/store/move-queue';
import { firstKeyId, instanceId } from '@/lib/store/settings';
import { logger } from './logger';
import { openTargetPool, type TargetPool } from './target-pool';

/** What every use case needs. Made once per process; tests make their own. */
export interface ServiceContext {
  readonly control: ControlDb;
  readonly controlUrl: string;
  readonly key: EncryptionKey;
  /** Recorded in targets as the driver of the rollouts that this installation manages. */
  readonly instanceId: string;
  readonly targets: TargetPool;
  readonly queue: MoveQueue;
  close(): Promise<void>;
}

/** Opens a context on a migrated control database. */
export async function openServiceContext(options: {
  readonly controlUrl: string;
  readonly key: EncryptionKey;
}): Promise<ServiceContext> {
  const control = openControlDatabase(options.controlUrl);
  const stopListening = onDriverFault(() => control.renew());
  const targets = openTargetPool(options.key);
  const [id, knownKey, queue] = await Promise.all([
    instanceId(control.db),
    firstKeyId(control.db, options.key.id),
    openMoveQueue(options.controlUrl, (error) => logger.warn({ err: error }, 'queue')),
  ]);
  if (knownKey !== options.key.id) {
    logger.warn(
      { key: options.key.id, firstKey: knownKey },
      'Segue runs with another encryption key than at its first start; stored URLs cannot be read.',
    );
  }
  return {
    control: control.db,
    controlUrl: options.controlUrl,
    key: options.key,
    instanceId: id,
    targets,
    queue,
    close: async () => {
      stopListening();
      await queue.stop(1000);
      await targets.close();
      await control.close();
    },
  };
}

declare global {
  // One process holds several copies of this module (page, route, instrumentation); they share one context.
  var segueServices: Promise<ServiceContext> | undefined;
}

/** The process's context; opened at the first call, and anew after a failure. */
export function serviceContext(): Promise<ServiceContext> {
  globalThis.segueServices ??= openProcessContext().catch((error: unknown) => {
    globalThis.segueServices = undefined;
    throw error;
  });
  return globalThis.segueServices;
}

async function openProcessContext(): Promise<ServiceContext> {
  surviveDriverFaults();
  const controlUrl = process.env.SEGUE_CONTROL_URL ?? (await controlDatabaseUrl());
  return openServiceContext({ controlUrl, key: loadEncryptionKey(dataFolder()) });
}
