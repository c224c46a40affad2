import { Flame, FlaskConical, Wrench } from 'lucide-react';
import { Badge } from '@/components/ui/badge';
import type { Environment } from '@/lib/views/transition-view';

const LOOKS = {
  production: { icon: Flame, word: 'Production', className: 'bg-ink text-canvas' },
  staging: { icon: FlaskConical, word: 'Staging', className: 'ring-1 ring-inset ring-line-strong' },
  development: { icon: Wrench, word: 'Development', className: '' },
} as const;

/** The environment, on every row; production stands out without borrowing a status colour. */
export function EnvironmentBadge({ environment }: { readonly environment: Environment }) {
  const look = LOOKS[environment];
  return (
    <Badge icon={look.icon} className={look.className}>
      {look.word}
    </Badge>
  );
}
