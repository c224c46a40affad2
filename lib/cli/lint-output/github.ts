import type { LintFinding } from '@/lib/planner/lint/lint-finding';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const;

const escapeMessage = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string =>
  escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Findings as workflow commands of GitHub Actions: annotations beside the lines of a pull request. */
export function githubAnnotations(findings: readonly LintFinding[]): string[] {
  return findings.map((finding) => {
    const place = `file=${escapeProperty(finding.file)},line=${finding.line},col=${finding.column}`;
    const message = [finding.message, finding.fix].filter((part) => part !== null).join('\n');
    return `::${COMMANDS[finding.severity]} ${place},title=${escapeProperty(finding.rule)}::${escapeMessage(message)}`;
  });
}
