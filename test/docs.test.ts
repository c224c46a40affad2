import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTransition } from '@/lib/cli/read-transition-file';
import { OPERATION_KINDS } from '@/lib/core/operation';
import { assumeCatalog } from '@/lib/planner/assume-catalog';
import { compilePlan } from '@/lib/planner/compile-plan';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const pages = [
  'README.md',
  'bench/README.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** The headings of a page as GitHub makes anchors of them. */
const anchors = (file: string) =>
  [...read(file).matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the docs', () => {
  it.each(pages)('%s links to what is there', (page) => {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:|\.png$/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? page : path.join(path.dirname(page), file);
      expect(existsSync(path.join(root, found)), `${page} → ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchors(found), `${page} → ${target}`).toContain(anchor);
    }
  });

  it.each(OPERATION_KINDS)('%s has a page whose example can be planned', (kind) => {
    const page = read(`docs/operations/${kind}.md`);
    const [, example = ''] = /```yaml\n(- [\s\S]*?)```/.exec(page) ?? [];
    for (const entry of example.split(/^(?=- )/m)) {
      const { operations } = parseTransition(
        `name: example\noperations:\n${entry.replace(/^/gm, '  ')}`,
        kind,
      );
      const compile = () =>
        compilePlan({ name: 'example', dualWrite: 'managed', operations }, assumeCatalog(operations));
      // One of them exists to be refused with the way out.
      if (kind === 'add_exclusion') expect(compile).toThrow(/blocks every query/);
      else expect(compile().operations.map((operation) => operation.kind)).toEqual([kind]);
    }
  });

  it('docs/operations-file.md has an example that can be planned', () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(read('docs/operations-file.md')) ?? [];
    const spec = parseTransition(example, 'example.yaml');
    expect(compilePlan(spec, assumeCatalog(spec.operations)).phases).toHaveLength(5);
  });

  it('docs/architecture.md gives a reason for every dependency', () => {
    const packages = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const page = read('docs/architecture.md');
    for (const name of Object.keys(packages.dependencies)) expect(page, name).toContain(`\`${name}\``);
  });

  it('README names only scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read('README.md').matchAll(/npm run (?:-s )?([a-z:-]+)/g)].map(
      (match) => match[1] ?? '',
    );
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });
});
