import type { LintFinding } from '@/lib/planner/lint/lint-finding';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** Findings as SARIF 2.1.0, which code scanning of the common forges reads. Source: OASIS, "Static Analysis Results Interchange Format". */
export function sarif(findings: readonly LintFinding[], version: string): unknown {
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'segue', version, rules: rules.map((id) => ({ id })) } },
        columnKind: 'unicodeCodePoints',
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: rules.indexOf(finding.rule),
          level: LEVELS[finding.severity],
          message: { text: [finding.message, finding.fix].filter((part) => part !== null).join('\n') },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: finding.file.split('\\').map(encodeURI).join('/') },
                region: { startLine: finding.line, startColumn: finding.column },
              },
            },
          ],
        })),
      },
    ],
  };
}
