import type { Metadata } from 'next';
import { PageShell } from '@/components/layout/page-shell';
import { NameSetting } from '@/components/people/name-setting';
import { ThemeChoice } from '@/components/people/theme-choice';
import { SETTING_GROUPS } from '@/components/transition/setting-fields';
import { Card } from '@/components/ui/card';
import { DEFAULT_SETTINGS } from '@/lib/core/rollout';
import { serviceContext } from '@/lib/services/service-context';

export const metadata: Metadata = { title: 'Settings' };

const DEFAULTS = SETTING_GROUPS.flatMap(({ title, fields }) =>
  fields.map(
    ({ key, label, show }) =>
      [
        key,
        `${title === 'Hold while' || title === 'Stop and ask when' ? `${title}: ` : ''}${label.replace(/ \(.+\)$/, '')}`,
        show(DEFAULT_SETTINGS[key]),
      ] as const,
  ),
);

export default async function Page() {
  const { instanceId } = await serviceContext();
  return (
    <PageShell crumbs={[]} title="Settings">
      <div className="max-w-[640px] space-y-4">
        <Card id="person" title="Who you are">
          <NameSetting />
        </Card>
        <Card id="theme" title="Theme">
          <ThemeChoice />
        </Card>
        <Card id="defaults" title="What a new transition starts with">
          <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
            {DEFAULTS.map(([key, label, value]) => (
              <div key={key}>
                <dt className="text-sm text-ink-3">{label}</dt>
                <dd className="font-medium tabular">{value}</dd>
              </div>
            ))}
          </dl>
          <p className="mt-3 text-sm text-ink-2">
            Each transition has its own settings; they can be changed while it runs.
          </p>
        </Card>
        <Card id="instance" title="This dashboard">
          <p className="text-ink-2">
            Its id, for <code>segue adopt &lt;name&gt; --dashboard</code> on the command line:
          </p>
          <code className="mt-1 block break-all">{instanceId}</code>
        </Card>
        <Card id="keyboard" title="Keyboard">
          <p className="text-ink-2">
            Press <kbd className="rounded-sm border bg-sunken px-1.5 py-0.5 text-sm">?</kbd> on any page for
            the list of keys.
          </p>
        </Card>
      </div>
    </PageShell>
  );
}
