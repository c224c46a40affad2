'use client';

import { OctagonAlert } from 'lucide-react';
import { switchTraffic } from '@/app/actions/sandbox';
import { useAct } from '@/components/people/use-act';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { count } from '@/components/ui/number-words';
import { RelativeTime } from '@/components/ui/relative-time';
import { Switch } from '@/components/ui/switch';
import { Cell, HeadCell, Table } from '@/components/ui/table';
import type { TrafficView } from '@/lib/views/sandbox-view';
import { TrafficChart } from './traffic-chart';
import { p99InWords, rateInWords, VERSION_NAMES } from './traffic-words';
import { useSandbox } from './use-sandbox';

/** The sandbox's two versions of code as live traffic, to be switched on and off; nothing for other databases. */
export function SandboxTraffic({ databaseId }: { readonly databaseId: string }) {
  const { sandbox, unanswered, refresh } = useSandbox(databaseId);
  const { act, pending } = useAct();
  if (sandbox?.state !== 'ready' || sandbox.databaseId !== databaseId) return null;
  const { versions, series, marks, problem } = sandbox.traffic;
  return (
    <Card
      id="traffic"
      title="Live traffic"
      aside={<span className="text-sm text-ink-3">Two versions of the shop’s code, on your machine</span>}
      bodyClassName="p-0"
    >
      {unanswered || problem !== null ? (
        <div className="p-4 pb-0">
          <Notice tone="waiting" title={problem ?? 'Segue does not answer: these numbers are old.'} />
        </div>
      ) : null}
      <div className="grid lg:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)]">
        <Table label="Live traffic by version">
          <thead>
            <tr>
              <HeadCell className="pl-4">Version</HeadCell>
              <HeadCell className="px-2 text-right">Requests/s</HeadCell>
              <HeadCell className="px-2 text-right">Errors</HeadCell>
              <HeadCell className="pr-4 pl-2 text-right">p99</HeadCell>
            </tr>
          </thead>
          <tbody>
            {versions.map((view) => (
              <VersionRow
                key={view.version}
                view={view}
                busy={pending === view.version}
                onSwitch={(on) =>
                  act(view.version, () => switchTraffic({ version: view.version, on }), {
                    onDone: () => void refresh(),
                  })
                }
              />
            ))}
          </tbody>
        </Table>
        <div className="grid min-w-0 gap-4 border-t p-4 sm:grid-cols-2 lg:border-t-0 lg:border-l">
          <TrafficChart title="Requests a second" unit="" kind="requests" series={series} marks={marks} />
          <TrafficChart title="Slowest request" unit=" ms" kind="slowestMs" series={series} marks={marks} />
        </div>
      </div>
    </Card>
  );
}

function VersionRow(props: {
  readonly view: TrafficView;
  readonly busy: boolean;
  readonly onSwitch: (on: boolean) => void;
}) {
  const { view } = props;
  const name = VERSION_NAMES[view.version];
  const failing = view.errors > 0;
  return (
    <>
      <tr>
        <th scope="row" className="py-2.5 pr-2 pl-4 text-left font-normal">
          <div className="flex items-center gap-3">
            <Switch label={name} checked={view.on} disabled={props.busy} onChange={props.onSwitch} />
            <div className="min-w-0">
              <p className="font-semibold whitespace-nowrap">{name}</p>
              <p className="flex items-center gap-1.5 font-mono text-sm text-ink-3">
                {view.column} <LineSample version={view.version} />
              </p>
            </div>
          </div>
        </th>
        <Cell className="border-b-0 px-2 text-right tabular">{rateInWords(view)}</Cell>
        <Cell className="border-b-0 px-2 text-right tabular">
          <span className={failing ? 'inline-flex items-center gap-1 font-semibold text-failed' : undefined}>
            {failing ? <OctagonAlert aria-hidden size={14} /> : null}
            {count(view.errors)}
          </span>
          <span className="block text-sm whitespace-nowrap text-ink-3">of {count(view.requests)}</span>
        </Cell>
        <Cell className="border-b-0 pr-4 pl-2 text-right whitespace-nowrap tabular">{p99InWords(view)}</Cell>
      </tr>
      <tr className="group">
        <td colSpan={4} className="border-b px-4 pb-2.5 text-sm group-last:border-b-0">
          {view.lastError === null ? null : (
            <p className="break-words text-failed">
              Last error, <RelativeTime at={view.lastError.at} />: {view.lastError.message}
            </p>
          )}
        </td>
      </tr>
    </>
  );
}

/** How the version is drawn in the charts: never by colour alone. */
function LineSample({ version }: { readonly version: TrafficView['version'] }) {
  return (
    <svg aria-hidden width="20" height="6" className={version === 'old' ? 'text-ink-2' : 'text-accent'}>
      <path
        d="M0 3H20"
        stroke="currentColor"
        strokeWidth="2"
        strokeDasharray={version === 'old' ? undefined : '5 3'}
      />
    </svg>
  );
}
