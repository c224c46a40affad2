import Link from 'next/link';
import { StatusBadge } from '@/components/transition/status-badge';
import { Card } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import type { ExaminationView, ExaminedTransition } from '@/lib/views/examination-view';
import { DriverActs } from './driver-acts';
import { ExaminationFindings } from './examination-findings';

/** What is in a database by Segue, whose it is, whether it is healthy, and who drives it: "segue doctor" on the page. */
export function WhatSegueLeft({ examination }: { readonly examination: ExaminationView }) {
  const { transitions, findings, schema } = examination;
  const present = transitions.filter(
    (item) => item.position > 0 || item.moving || item.objects.length > 0 || item.retired.length > 0,
  );
  return (
    <Card
      id="doctor"
      title="What Segue left here"
      aside={
        <span className="text-sm text-ink-3">
          Looked <RelativeTime at={examination.examinedAt} />
        </span>
      }
      bodyClassName="space-y-5"
    >
      <p className="text-ink-2">{summary(examination, present.length)}</p>
      <ExaminationFindings findings={findings} />
      {present.length === 0 ? null : (
        <ul className="divide-y">
          {present.map((item) => (
            <li key={item.id} className="py-4 first:pt-0 last:pb-0">
              <Transition item={item} />
            </li>
          ))}
        </ul>
      )}
      {schema.version === 0 ? null : (
        <p className="text-sm text-ink-3">
          The same on the command line: <code>segue doctor --database URL</code>
        </p>
      )}
    </Card>
  );
}

function summary({ schema, findings }: ExaminationView, present: number): string {
  if (schema.version === 0) return 'Segue has never changed anything in this database.';
  const worst = findings.filter((finding) => finding.severity === 'error').length;
  const what =
    present === 0
      ? 'No column, trigger, function or index of Segue is in your tables; its own records lie in the schema segue.'
      : `${present === 1 ? 'One transition has' : `${present} transitions have`} something in your tables.`;
  if (worst > 0)
    return `${what} ${worst === 1 ? 'One thing is' : `${worst} things are`} not as it should be.`;
  return findings.length === 0 ? `${what} Nothing is out of order.` : what;
}

function Transition({ item }: { readonly item: ExaminedTransition }) {
  const lines = [
    ...item.retired
      .filter((column) => column.present)
      .map((column) => ({
        kind: 'retired column',
        name: `${column.table}.${column.column}`,
        note:
          column.expiresAt === null
            ? 'keeps values that exist nowhere else'
            : `kept until ${column.expiresAt.slice(0, 16).replace('T', ' ')} UTC`,
      })),
    ...item.objects
      .filter((object) => object.kind !== 'column')
      .map((object) => ({
        kind: object.kind as string,
        name: object.name,
        note: object.table === null ? '' : `on ${object.table}`,
      })),
  ];
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        {item.transitionId === null ? (
          <span className="font-medium">{item.name}</span>
        ) : (
          <Link
            href={`/transitions/${item.transitionId}`}
            className="font-medium text-accent hover:underline"
          >
            {item.name}
          </Link>
        )}
        <StatusBadge status={item.state} />
        <span className="text-sm text-ink-2">
          {item.position} of {item.phases} phases done, driven by {item.driver}
        </span>
      </div>
      {item.claims.length === 0 ? null : (
        <p className="text-sm text-ink-2">
          Other transitions must wait for{' '}
          {item.claims.map((claim, index) => (
            <span key={claim}>
              {index === 0 ? null : ', '}
              <code>{claim}</code>
            </span>
          ))}
          .
        </p>
      )}
      {lines.length === 0 ? null : (
        <ul className="space-y-1">
          {lines.map((line) => (
            <li key={`${line.kind}:${line.name}`} className="flex flex-wrap items-baseline gap-x-2 text-sm">
              <span className="text-ink-3">{line.kind}</span>
              <code className="break-all">{line.name}</code>
              <span className="text-ink-2">{line.note}</span>
            </li>
          ))}
        </ul>
      )}
      <DriverActs item={item} left={lines.map((line) => `${line.kind} ${line.name}`)} />
    </div>
  );
}
