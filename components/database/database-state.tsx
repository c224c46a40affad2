import { CircleCheck, CircleDashed, CircleX, TriangleAlert } from 'lucide-react';
import { Badge } from '@/components/ui/badge';
import type { DatabaseView } from '@/lib/views/transition-view';

const LOOKS = {
  ok: { tone: 'done', icon: CircleCheck, word: 'Ready' },
  limited: { tone: 'waiting', icon: TriangleAlert, word: 'Something is missing' },
  unreachable: { tone: 'failed', icon: CircleX, word: 'Cannot be reached' },
  unknown: { tone: 'neutral', icon: CircleDashed, word: 'Not tested' },
} as const;

/** Whether Segue can work there, as icon and word. */
export function DatabaseState({ state }: { readonly state: DatabaseView['state'] }) {
  const look = LOOKS[state];
  return (
    <Badge tone={look.tone} icon={look.icon}>
      {look.word}
    </Badge>
  );
}
