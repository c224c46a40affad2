'use client';

import { CodeBlock } from '@/components/ui/code-block';
import type { CodeLanguage } from '@/components/ui/code-tokens';
import { Tabs } from '@/components/ui/tabs';
import type { DeployNote, DeployTool } from '@/lib/core/plan';

const TOOLS: readonly {
  readonly tool: DeployTool;
  readonly label: string;
  readonly language: CodeLanguage;
}[] = [
  { tool: 'drizzle', label: 'Drizzle', language: 'ts' },
  { tool: 'prisma', label: 'Prisma', language: 'prisma' },
  { tool: 'knex', label: 'Knex', language: 'ts' },
  { tool: 'sql', label: 'SQL', language: 'sql' },
];

/** What the application must ship, with code for each tool and a test for the team's own suite. */
export function DeployNoteView({ note }: { readonly note: DeployNote }) {
  const tabs = TOOLS.map(({ tool, label, language }) => ({
    value: tool,
    label,
    content: <CodeBlock code={note.code[tool]} language={language} what={`${label} code`} caption={label} />,
  }));
  return (
    <div className="min-w-0">
      <p className="font-medium">{note.title}</p>
      <p className="mt-1 mb-3 max-w-[640px] text-ink-2">{note.text}</p>
      <Tabs
        label="Code for"
        dense
        tabs={[
          ...tabs,
          {
            value: 'test',
            label: 'Test',
            content: (
              <CodeBlock code={note.test} language="ts" what="test" caption="A test for your own suite" />
            ),
          },
        ]}
      />
    </div>
  );
}
