import { Badge } from '@/components/ui/badge';
import type { RolloutStatus } from '@/lib/core/rollout';
import { STATUS_LOOKS } from './status-look';

/** The status of a transition as icon and word. A draft says so instead of "Not started". */
export function StatusBadge({
  status,
  draft = false,
}: {
  readonly status: RolloutStatus;
  readonly draft?: boolean;
}) {
  const look = STATUS_LOOKS[status];
  return (
    <Badge tone={look.tone} icon={look.icon} spin={look.spin ?? false}>
      {draft && status === 'not_started' ? 'Draft' : look.word}
    </Badge>
  );
}
