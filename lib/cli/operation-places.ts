import { type Document, isNode, isSeq, type LineCounter } from 'yaml';
import type { OperationPlace } from '@/lib/planner/from-pgroll/pgroll-reading';

/** Where each entry of a file's list `operations` stands in its text. */
export function operationPlaces(document: Document, text: string, lines: LineCounter): OperationPlace[] {
  const list = document.get('operations');
  if (!isSeq(list)) return [];
  return list.items.flatMap((item) => {
    const [start, end] = (isNode(item) ? item.range : null) ?? [];
    if (start === undefined || end === undefined) return [];
    const own = text.slice(start, end).trimEnd();
    const from = lines.linePos(start);
    return [
      { line: from.line, column: from.col, endLine: lines.linePos(start + own.length).line, text: own },
    ];
  });
}
