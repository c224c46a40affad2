/** One group of bars: a size, with a value for each of the series. */
export interface BarGroup {
  readonly label: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly own: boolean }[];
}

const BAR = 22;
const GAP = 6;
const LEFT = 290;
const WIDTH = 860;

const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const shown = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });

/** A horizontal bar chart as SVG text, readable in light and dark. Pure. */
export function barChart(title: string, note: string, groups: readonly BarGroup[]): string {
  const largest = Math.max(1, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const scale = (WIDTH - LEFT - 110) / largest;
  const parts: string[] = [];
  let y = 64;
  for (const { label, bars } of groups) {
    parts.push(`<text x="16" y="${y + 14}" class="group">${escapeText(label)}</text>`);
    y += 26;
    for (const bar of bars) {
      const width = Math.max(1, Math.round(bar.value * scale));
      parts.push(
        `<text x="${LEFT - 10}" y="${y + 15}" text-anchor="end">${escapeText(bar.label)}</text>`,
        `<rect x="${LEFT}" y="${y}" width="${width}" height="${BAR - 4}" rx="2" class="${bar.own ? 'own' : 'other'}"/>`,
        `<text x="${LEFT + width + 8}" y="${y + 15}">${shown(bar.value)}</text>`,
      );
      y += BAR;
    }
    y += GAP * 3;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="${escapeText(title)}">
<style>text{font:13px system-ui,sans-serif;fill:#27272a}.title{font-size:16px;font-weight:600}.note{fill:#71717a}.group{font-weight:600}.own{fill:#2563eb}.other{fill:#a1a1aa}.back{fill:#ffffff}@media (prefers-color-scheme:dark){text{fill:#e4e4e7}.note{fill:#a1a1aa}.own{fill:#60a5fa}.other{fill:#52525b}.back{fill:#18181b}}</style>
<rect class="back" width="${WIDTH}" height="${y}"/>
<text x="16" y="28" class="title">${escapeText(title)}</text><text x="16" y="48" class="note">${escapeText(note)}</text>
${parts.join('\n')}
</svg>
`;
}
