import { X } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { ActionError } from '@/lib/actions/action-result';

/** The other transition that a refusal names, where it is about a table that is taken. */
function otherTransition(refusal: ActionError): string | null {
  const name = refusal.evidence?.transition;
  return refusal.code === 'table_busy' && typeof name === 'string' ? name : null;
}

/** Why the last act was refused and what to do; it stays until the next act or until it is closed. */
export function RefusalNotice({
  refusal,
  onClose,
}: {
  readonly refusal: ActionError;
  readonly onClose: () => void;
}) {
  const other = otherTransition(refusal);
  const place = useRef<HTMLDivElement>(null);
  // What was pressed may stand far below it.
  useEffect(() => {
    if (refusal !== null) place.current?.scrollIntoView({ block: 'nearest' });
  }, [refusal]);
  return (
    <div ref={place} className="mb-4 scroll-mt-20">
      <Notice
        tone={refusal.code === 'conflict' || refusal.code === 'drift' ? 'waiting' : 'failed'}
        title={refusal.message}
        live
      >
        <div className="flex flex-wrap items-end justify-between gap-2">
          <div>
            {refusal.next}
            {other === null ? null : (
              <>
                {' '}
                <Link href={`/?q=${encodeURIComponent(other)}`} className="underline">
                  Show {other}
                </Link>
              </>
            )}
          </div>
          <Button size="sm" variant="quiet" onClick={onClose}>
            <X aria-hidden size={14} /> Close
          </Button>
        </div>
      </Notice>
    </div>
  );
}
