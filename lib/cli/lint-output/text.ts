import type { LintFinding } from '@/lib/planner/lint/lint-finding';

/** Findings for people: place, what happens, what to do; and one line of counts. */
export function findingsAsText(findings: readonly LintFinding[], files: number): string[] {
  const count = (severity: LintFinding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return [
    ...findings.flatMap((finding) => [
      `${finding.file}:${finding.line}:${finding.column}  ${finding.severity}  ${finding.rule}`,
      ...finding.message.split('\n').map((line) => `    ${line}`),
      ...(finding.fix === null
        ? []
        : finding.fix.split('\n').map((line, at) => `  ${at === 0 ? '→' : ' '} ${line}`)),
      '',
    ]),
    `${counted(files, 'file')}: ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${count('info')} for information.`,
  ];
}
