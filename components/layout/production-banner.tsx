import { Flame } from 'lucide-react';

/** Says without being missed that the page acts on production. */
export function ProductionBanner({ database }: { readonly database: string }) {
  return (
    <p className="flex items-center gap-2 bg-ink px-4 py-1.5 text-sm text-canvas sm:px-6 lg:px-8">
      <Flame aria-hidden size={14} className="shrink-0" />
      <span>
        Production: what you start here runs on <strong className="font-semibold">{database}</strong>.
      </span>
    </p>
  );
}
