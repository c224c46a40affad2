import { CircleCheck, CircleMinus, CircleX } from 'lucide-react';
import { Badge } from '@/components/ui/badge';
import type { TransitionLive } from '@/lib/views/transition-view';

/** "Old code: works", "New code: not yet": what may be in service now. */
export function CodeBadges({
  codeNow,
  ended,
}: {
  readonly codeNow: TransitionLive['codeNow'];
  /** Nothing is left to be moved: what cannot run is no warning any more. */
  readonly ended: boolean;
}) {
  return (
    <ul aria-label="Application code" className="flex flex-wrap gap-2">
      <li>
        {codeNow.old === 'works' ? (
          <Badge tone="done" icon={CircleCheck}>
            Old code: works
          </Badge>
        ) : (
          <Badge tone={ended ? 'neutral' : 'waiting'} icon={CircleX}>
            Old code: cannot run
          </Badge>
        )}
      </li>
      <li>
        {codeNow.new === 'works' ? (
          <Badge tone="done" icon={CircleCheck}>
            New code: works
          </Badge>
        ) : (
          <Badge tone="neutral" icon={CircleMinus}>
            New code: not yet
          </Badge>
        )}
      </li>
    </ul>
  );
}
