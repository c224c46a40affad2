import type uPlot from 'uplot';
import type { TrafficMark } from '@/lib/views/sandbox-view';
import { markInWords } from './traffic-words';

interface MarkLook {
  readonly line: string;
  readonly text: string;
  readonly font: string;
}

/** Draws an upright line for each mark, and its name at the top where there is room for it: the newest first. */
export function drawMarks(chart: uPlot, marks: readonly TrafficMark[], look: MarkLook): void {
  const { ctx, bbox } = chart;
  const scale = globalThis.devicePixelRatio;
  const from = chart.scales.x?.min ?? 0;
  ctx.save();
  ctx.strokeStyle = look.line;
  ctx.fillStyle = look.text;
  ctx.lineWidth = scale;
  ctx.font = look.font.replace(/^\d+px/, `${11 * scale}px`);
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  let free = bbox.left + bbox.width;
  for (const mark of marks.toReversed()) {
    const at = new Date(mark.at).getTime() / 1000;
    if (at < from) continue;
    const x = Math.round(chart.valToPos(at, 'x', true));
    ctx.setLineDash([2 * scale, 2 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const words = markInWords(mark);
    const { width } = ctx.measureText(words);
    const start = Math.min(x, bbox.left + bbox.width - width);
    if (start + width > free) continue;
    ctx.fillText(words, start, bbox.top - 4 * scale);
    free = start - 4 * scale;
  }
  ctx.restore();
}
