'use client';

import { Copy, Ellipsis, Pencil, Stethoscope, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { TransitionLive } from '@/lib/views/transition-view';
import type { TransitionActs } from './use-transition-acts';

const ITEM =
  'flex h-9 cursor-pointer items-center gap-2 rounded-md px-2.5 outline-none data-[highlighted]:bg-sunken data-[disabled]:cursor-not-allowed data-[disabled]:text-ink-3';

/** The acts beside the main road: edit, duplicate, abandon. */
export function MoreMenu(props: {
  readonly id: string;
  readonly name: string;
  readonly databaseId: string;
  readonly live: TransitionLive;
  readonly acts: TransitionActs;
}) {
  const { id, live, acts } = props;
  const [asking, setAsking] = useState(false);
  const allowed = (action: string): boolean =>
    live.actions.some((candidate) => candidate.action === action && candidate.allowed);
  const whyNot = live.actions.find(({ action }) => action === 'abandon')?.reason ?? null;
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <Button aria-label="More actions" size="icon">
            <Ellipsis aria-hidden size={16} />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={6}
            className="z-50 min-w-[180px] rounded-lg border bg-raised p-1 shadow-lg"
          >
            {allowed('edit') ? (
              <DropdownMenu.Item asChild className={ITEM}>
                <Link href={`/transitions/${id}/edit`}>
                  <Pencil aria-hidden size={14} /> Edit draft
                </Link>
              </DropdownMenu.Item>
            ) : null}
            <DropdownMenu.Item className={ITEM} onSelect={() => acts.duplicate()}>
              <Copy aria-hidden size={14} /> Duplicate
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className={ITEM}
              disabled={!allowed('abandon')}
              onSelect={() => setAsking(true)}
            >
              <Trash2 aria-hidden size={14} /> Abandon
            </DropdownMenu.Item>
            {whyNot === null ? null : (
              <DropdownMenu.Label className="max-w-[220px] px-2.5 pb-1.5 text-sm text-ink-3">
                {whyNot}
              </DropdownMenu.Label>
            )}
            {allowed('leave') || allowed('hand_over') ? (
              <DropdownMenu.Item asChild className={ITEM}>
                <Link href={`/databases/${props.databaseId}#doctor`}>
                  <Stethoscope aria-hidden size={14} /> Hand over or leave as it is…
                </Link>
              </DropdownMenu.Item>
            ) : null}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`Abandon ${props.name}`}
        description="It moves to “Ended”. Nothing of it is in the database; it can be duplicated later."
        footer={
          <>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
            <Button
              variant="primary"
              busy={acts.pending === 'abandon'}
              onClick={async () => {
                if (await acts.abandon()) setAsking(false);
              }}
            >
              Abandon
            </Button>
          </>
        }
      >
        <p className="text-ink-2">Its table is free for other transitions at once.</p>
      </Dialog>
    </>
  );
}
