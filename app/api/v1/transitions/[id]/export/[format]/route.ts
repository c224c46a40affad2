import { downloadRoute } from '@/lib/actions/define-route';
import { exportTransition } from '@/lib/services/export-transition';

export const GET = downloadRoute((context, { id = '', format = '' }) =>
  exportTransition(context, { id, format }),
);
