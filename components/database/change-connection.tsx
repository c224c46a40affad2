'use client';

import { Pencil } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { updateDatabase } from '@/app/actions/databases';
import { useAct } from '@/components/people/use-act';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import type { ActionError } from '@/lib/actions/action-result';

/** Another URL for the same database: a new password, role or host. */
export function ChangeConnection({ id, name }: { readonly id: string; readonly name: string }) {
  const router = useRouter();
  const { act, pending } = useAct();
  const [open, setOpen] = useState(false);
  const [url, setUrl] = useState('');
  const [error, setError] = useState<ActionError | null>(null);
  const show = (next: boolean): void => {
    setOpen(next);
    setUrl('');
    setError(null);
  };
  const save = (): void => {
    setError(null);
    act('change', () => updateDatabase({ id, url }), {
      onDone: () => {
        show(false);
        toast.success(`${name} is reached by the new URL.`);
        router.refresh();
      },
      onRefused: (refusal) => {
        setError(refusal);
        return true;
      },
    });
  };
  return (
    <>
      <Button onClick={() => show(true)}>
        <Pencil aria-hidden size={14} /> Change URL
      </Button>
      <Dialog
        open={open}
        onOpenChange={show}
        title={`Change how ${name} is reached`}
        description="A new password, role or host of the same database. It is tried first; transitions go on where they are."
        footer={
          <>
            <Button onClick={() => show(false)}>Cancel</Button>
            <Button
              variant="primary"
              disabled={url.trim() === '' || pending !== null}
              busy={pending === 'change'}
              onClick={save}
            >
              Save URL
            </Button>
          </>
        }
      >
        <div className="space-y-4">
          <Field
            label="URL"
            error={error?.fields?.url}
            hint="Stored encrypted. The password is never shown again."
          >
            {(ids) => (
              <Input
                {...ids}
                className="font-mono"
                autoComplete="off"
                spellCheck={false}
                placeholder="postgres://user:password@host:5432/database"
                value={url}
                onChange={(event) => setUrl(event.target.value)}
              />
            )}
          </Field>
          {error !== null && error.fields?.url === undefined ? (
            <Notice tone="failed" title={error.message} live>
              {error.next}
            </Notice>
          ) : null}
        </div>
      </Dialog>
    </>
  );
}
