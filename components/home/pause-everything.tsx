'use client';

import { useQueryClient } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { pauseAll, resumeAll } from '@/app/actions/rollouts';
import { useAct } from '@/components/people/use-act';
import { Button } from '@/components/ui/button';
import { Popover } from '@/components/ui/popover';
import type { TransitionListItem } from '@/lib/views/transition-view';

const counted = (count: number): string => `${count} ${count === 1 ? 'transition' : 'transitions'}`;

/** One button that stops all that runs, and one that lets those go on. */
export function PauseEverything({ items }: { readonly items: readonly TransitionListItem[] }) {
  const running = items.filter(({ status }) => ['running', 'held', 'rolling_back'].includes(status));
  const paused = items.filter((item) => item.status === 'paused' && item.pausedTogether === true);
  return (
    <>
      {running.length > 0 ? (
        <Ask
          verb="Pause"
          items={running}
          text="Each stops after the batch or step in hand. Old and new code go on as they do now."
          call={pauseAll}
        />
      ) : null}
      {paused.length > 0 ? (
        <Ask
          verb="Resume"
          items={paused}
          text="Those that were paused together go on from their last batch. Others that are paused stay so."
          call={resumeAll}
        />
      ) : null}
    </>
  );
}

function Ask(props: {
  readonly verb: 'Pause' | 'Resume';
  readonly items: readonly TransitionListItem[];
  readonly text: string;
  readonly call: typeof pauseAll;
}) {
  const [open, setOpen] = useState(false);
  const { act, pending } = useAct();
  const client = useQueryClient();
  const Icon = props.verb === 'Pause' ? Pause : Play;
  const go = async (): Promise<void> => {
    await act(props.verb, () => props.call({}), {
      onDone: ({ done, left }) => {
        client.invalidateQueries({ queryKey: ['transitions'] });
        const words = `${props.verb === 'Pause' ? 'Asked to pause' : 'Resumed'}: ${counted(done.length)}.`;
        if (left.length === 0) toast.success(words);
        else toast.warning(words, { description: left.map(({ name, why }) => `${name}: ${why}`).join(' ') });
      },
    });
    setOpen(false);
  };
  return (
    <Popover
      label={`${props.verb} everything`}
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm">
          <Icon aria-hidden size={14} /> {props.verb} everything
        </Button>
      }
    >
      <p className="font-semibold">
        {props.verb} {counted(props.items.length)}
      </p>
      <ul className="mt-1 max-h-40 overflow-y-auto text-sm break-words text-ink-2">
        {props.items.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      <p className="mt-2 text-sm text-ink-2">{props.text}</p>
      <div className="mt-3 flex justify-end">
        <Button variant="primary" size="sm" busy={pending !== null} onClick={go}>
          {props.verb} {counted(props.items.length)}
        </Button>
      </div>
    </Popover>
  );
}
