import { Download } from 'lucide-react';
import { buttonStyle } from '@/components/ui/button';

const FORMATS = [
  { format: 'drizzle', label: 'Drizzle folders' },
  { format: 'sql', label: 'Plain SQL' },
] as const;

/** The plan as files, to be run without Segue. */
export function ExportLinks({ id }: { readonly id: string }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p className="mr-1 text-sm text-ink-2">Run it without Segue: download the plan as files.</p>
      {FORMATS.map(({ format, label }) => (
        <a
          key={format}
          href={`/api/v1/transitions/${id}/export/${format}`}
          download
          className={buttonStyle({ size: 'sm' })}
        >
          <Download aria-hidden size={14} /> {label}
        </a>
      ))}
    </div>
  );
}
