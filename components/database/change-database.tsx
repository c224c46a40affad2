'use client';

import { Pencil } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { updateDatabase } from '@/app/actions/databases';
import { useAct } from '@/components/people/use-act';
import { Button } from '@/components/ui/button';
import { Sheet } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import type { ActionError } from '@/lib/actions/action-result';
import type { DatabaseView } from '@/lib/views/transition-view';
import { type Connection, ConnectionFields } from './connection-fields';

type Changeable = Pick<DatabaseView, 'id' | 'name' | 'environment' | 'tls'>;

function connectionOf({ name, environment, tls }: Changeable): Connection {
  return { name, environment, tls, url: '' };
}

/** Changes name, environment or the way to reach a database; a new URL has to lead to the same one. */
export function ChangeDatabase({ database }: { readonly database: Changeable }) {
  const router = useRouter();
  const { act, pending } = useAct();
  const [open, setOpen] = useState(false);
  const [connection, setConnection] = useState(() => connectionOf(database));
  const [error, setError] = useState<ActionError | null>(null);

  const save = (): void => {
    setError(null);
    const { name, environment, tls } = connection;
    const url = connection.url.trim();
    const change = {
      ...(name === database.name ? {} : { name }),
      ...(environment === database.environment ? {} : { environment }),
      ...(tls === database.tls ? {} : { tls }),
      ...(url === '' ? {} : { url }),
    };
    act('update', () => updateDatabase({ id: database.id, ...change }), {
      onDone: () => {
        setOpen(false);
        toast.success('The connection is changed.');
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
      <Button
        onClick={() => {
          setConnection(connectionOf(database));
          setError(null);
          setOpen(true);
        }}
      >
        <Pencil aria-hidden size={14} /> Change connection
      </Button>
      <Sheet
        open={open}
        onOpenChange={setOpen}
        title={`Change ${database.name}`}
        description="A new URL is tried first, and has to lead to the same database: its transitions are recorded there."
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button
              variant="primary"
              busy={pending === 'update'}
              disabled={connection.name.trim() === ''}
              onClick={save}
            >
              Save connection
            </Button>
          </>
        }
      >
        <div className="space-y-5">
          <ConnectionFields
            value={connection}
            errors={error?.fields ?? {}}
            urlLabel="New URL"
            urlHint="Empty: the URL stays as it is."
            onChange={setConnection}
          />
          {error !== null && error.fields === undefined ? (
            <Notice tone="failed" title={error.message} live>
              {error.next}
            </Notice>
          ) : null}
        </div>
      </Sheet>
    </>
  );
}
