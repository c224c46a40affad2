'use client';

import { Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { removeSandbox } from '@/app/actions/sandbox';
import { useAct } from '@/components/people/use-act';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useSandbox } from './use-sandbox';

/** Takes the sandbox away as a whole, after one question. */
export function RemoveSandbox({ label = 'Remove sandbox' }: { readonly label?: string }) {
  const router = useRouter();
  const { act, pending } = useAct();
  const { refresh } = useSandbox();
  const [asking, setAsking] = useState(false);

  const remove = (): void => {
    act('remove', () => removeSandbox({}), {
      onDone: () => {
        setAsking(false);
        toast.success('The sandbox is gone.');
        refresh();
        router.push('/');
        router.refresh();
      },
    });
  };

  return (
    <>
      <Button onClick={() => setAsking(true)}>
        <Trash2 aria-hidden size={14} /> {label}
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Remove the sandbox"
        description="Its traffic stops, and its database, its three roles and its transitions are deleted. Nothing else is touched. You can create a new one at any time."
        footer={
          <>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
            <Button variant="danger" busy={pending === 'remove'} onClick={remove}>
              Remove sandbox
            </Button>
          </>
        }
      >
        <p className="text-ink-2">A transition that is under way in it is stopped and deleted too.</p>
      </Dialog>
    </>
  );
}
