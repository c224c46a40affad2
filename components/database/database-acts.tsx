'use client';

import { RefreshCw, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { removeDatabase, testDatabase } from '@/app/actions/databases';
import { useAct } from '@/components/people/use-act';
import { RemoveSandbox } from '@/components/sandbox/remove-sandbox';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { DatabaseView } from '@/lib/views/transition-view';
import { ChangeDatabase } from './change-database';

/** Test again, change how it is reached, and take the database off the list; the sandbox is removed as a whole. */
export function DatabaseActs({
  database,
}: {
  readonly database: Pick<DatabaseView, 'id' | 'name' | 'environment' | 'tls' | 'sandbox'>;
}) {
  const { id, name, sandbox } = database;
  const router = useRouter();
  const { act, pending } = useAct();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        busy={pending === 'test'}
        onClick={() =>
          act('test', () => testDatabase({ id }), {
            onDone: ({ unreachable }) => {
              if (unreachable === null) toast.success(`${name} answers.`);
              else toast.error(`${name} cannot be reached.`, { description: unreachable });
              router.refresh();
            },
          })
        }
      >
        <RefreshCw aria-hidden size={14} /> Test connection
      </Button>
      {sandbox ? (
        <RemoveSandbox />
      ) : (
        <>
          <ChangeDatabase database={database} />
          <Button onClick={() => setAsking(true)}>
            <Trash2 aria-hidden size={14} /> Remove
          </Button>
        </>
      )}
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`Remove ${name} from Segue`}
        description="Segue forgets its URL. Nothing in the database is touched. Ended transitions go from the list with it."
        footer={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button
              variant="danger"
              disabled={typed.trim() !== name}
              busy={pending === 'remove'}
              onClick={() =>
                act('remove', () => removeDatabase({ id }), {
                  onDone: () => {
                    setAsking(false);
                    router.push('/databases');
                  },
                })
              }
            >
              Remove database
            </Button>
          </>
        }
      >
        <Field label={`Type its name, ${name}, to confirm`}>
          {(ids) => (
            <Input
              {...ids}
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
      </Dialog>
    </div>
  );
}
