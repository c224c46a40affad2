import { startAll } from '@/test/postgres/global-setup';
import { ONE_MAJOR } from '@/test/postgres/test-majors';

/** The databases of all stories are on one server, of the newest major. */
export default function startServer(): Promise<() => Promise<void>> {
  return startAll([ONE_MAJOR]);
}
