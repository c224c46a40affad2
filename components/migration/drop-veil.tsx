import { FileDown } from 'lucide-react';

/** Says that a file or a folder can be let go. */
export function DropVeil() {
  return (
    <div className="pointer-events-none fixed inset-3 z-40 flex items-center justify-center rounded-lg border-2 border-dashed border-accent bg-canvas/85">
      <p className="flex items-center gap-2 text-lg font-semibold text-accent">
        <FileDown aria-hidden size={20} /> Drop the migration file, or its folder
      </p>
    </div>
  );
}
