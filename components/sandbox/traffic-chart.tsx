'use client';

import { useTheme } from 'next-themes';
import { useEffect, useRef } from 'react';
import 'uplot/dist/uPlot.min.css';
import type uPlot from 'uplot';
import { count } from '@/components/ui/number-words';
import type { TrafficMark, TrafficSeries } from '@/lib/views/sandbox-view';
import { drawMarks } from './chart-marks';
import { markInWords } from './traffic-words';

const HEIGHT = 136;

interface ChartProps {
  readonly title: string;
  readonly unit: string;
  readonly kind: 'requests' | 'slowestMs';
  readonly series: TrafficSeries;
  readonly marks: readonly TrafficMark[];
}

/** The last minutes of both versions, with what happened meanwhile as upright lines. Errors are dots on the floor. */
export function TrafficChart(props: ChartProps) {
  const { resolvedTheme } = useTheme();
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-sm text-ink-3">{props.title}</figcaption>
      <div role="img" aria-label={chartInWords(props)}>
        {/* A canvas keeps the colours it was made with: another theme makes another one. */}
        <Drawing key={resolvedTheme} {...props} />
      </div>
    </figure>
  );
}

function Drawing({ kind, series, marks }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const shown = useRef({ series, marks });

  useEffect(() => {
    const target = frame.current;
    if (target === null) return;
    let ended = false;
    const resized = new ResizeObserver(() => {
      chart.current?.setSize({ width: target.clientWidth, height: HEIGHT });
    });
    import('uplot').then(({ default: Chart }) => {
      if (ended) return;
      const options = chartOptions(target.clientWidth, () => shown.current.marks);
      chart.current = new Chart(options, columnsOf(shown.current.series, kind), target);
      resized.observe(target);
    });
    return () => {
      ended = true;
      resized.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [kind]);

  useEffect(() => {
    shown.current = { series, marks };
    chart.current?.setData(columnsOf(series, kind));
  }, [series, marks, kind]);

  return <div ref={frame} aria-hidden style={{ height: HEIGHT }} />;
}

function columnsOf(series: TrafficSeries, kind: ChartProps['kind']): uPlot.AlignedData {
  const failed = (errors: readonly (number | null)[]) =>
    errors.map((value) => (value === null || value === 0 ? null : 0));
  return [
    [...series.at],
    [...series.old[kind]],
    [...series.new[kind]],
    failed(series.old.errors),
    failed(series.new.errors),
  ];
}

function chartOptions(width: number, marks: () => readonly TrafficMark[]): uPlot.Options {
  const css = getComputedStyle(document.documentElement);
  const colour = (name: string) => css.getPropertyValue(name).trim();
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const axis = {
    stroke: colour('--ink-3'),
    font,
    ticks: { show: false },
    grid: { stroke: colour('--line'), width: 1 },
  } satisfies uPlot.Axis;
  const line = (stroke: string, dash: number[]): uPlot.Series => ({
    stroke,
    width: 1.5,
    dash,
    points: { show: false },
  });
  const failures: uPlot.Series = {
    width: 0,
    points: { show: true, size: 5, fill: colour('--failed'), stroke: colour('--failed') },
  };
  return {
    width,
    height: HEIGHT,
    padding: [18, 4, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: { y: { range: (_chart, _low, high) => [0, Math.max(10, (high ?? 0) * 1.15)] } },
    axes: [
      { ...axis, size: 22, space: 50, incrs: [60], values: (_chart, splits) => splits.map(clock) },
      { ...axis, size: 36, space: 28 },
    ],
    series: [{}, line(colour('--ink-2'), []), line(colour('--accent'), [5, 3]), failures, failures],
    hooks: {
      draw: [
        (chart) => drawMarks(chart, marks(), { line: colour('--ink-3'), text: colour('--ink-2'), font }),
      ],
    },
  };
}

/** "14:05" of the reader's clock. */
function clock(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

function chartInWords({ title, unit, kind, series, marks }: ChartProps): string {
  const part = (name: string, values: readonly (number | null)[]): string => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${name}: none.`;
    const last = known.at(-1) ?? 0;
    return `${name}: ${count(last)}${unit} now, at most ${count(Math.max(...known))}${unit}.`;
  };
  const happened = marks.map(markInWords);
  return [
    `${title}, last five minutes.`,
    part('Old code', series.old[kind]),
    part('New code', series.new[kind]),
    happened.length === 0 ? '' : `Meanwhile: ${happened.join(', ')}.`,
  ]
    .join(' ')
    .trim();
}
