import { controlDatabaseUrl } from '@/lib/postgres/control-database';
import { migrateControlDatabase } from '@/lib/store/migrate';
import { startProcessWorker } from './process-worker';

/** `npm run worker`: a worker without the dashboard, on the same control database. Several may run. */
await migrateControlDatabase(process.env.SEGUE_CONTROL_URL ?? (await controlDatabaseUrl()));
await startProcessWorker({ exitAfterStop: true });
