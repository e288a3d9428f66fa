/** Draws the figures with peers as bars: plain SVG, for light and dark mode. */
import { writeFile } from 'node:fs/promises';
import { type Figure, short } from './figures.ts';

const BAR_HEIGHT = 22;
const ROW_HEIGHT = 34;
const LABEL_WIDTH = 290;
const BARS_WIDTH = 380;
const WIDTH = LABEL_WIDTH + BARS_WIDTH + 70;
const TOP = 48;

const CHARTS = [
  {
    file: 'guarded.svg',
    title: 'Guarded JSON route ÷ the same bare; 1 would cost nothing',
    prefix: 'guarded JSON route ÷ the same bare: ',
  },
  { file: 'bytes.svg', title: 'Browser part, KiB minified and gzipped; less is better', prefix: 'browser part: ' },
];

export async function writeCharts(figures: readonly Figure[], folder: URL): Promise<void> {
  for (const { file, title, prefix } of CHARTS) {
    const bars = figures
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, value }) => ({ label: name.slice(prefix.length), value }));
    await writeFile(new URL(file, folder), chart(title, bars));
  }
}

function chart(title: string, bars: readonly { label: string; value: number }[]): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const height = TOP + bars.length * ROW_HEIGHT + 8;
  const rows = bars.map(({ label, value }, index) => {
    const y = TOP + index * ROW_HEIGHT;
    const width = Math.max(2, (value / most) * BARS_WIDTH);
    const kind = label.startsWith('Tandem') ? 'own' : 'other';
    const middle = y + BAR_HEIGHT / 2 + 4;
    return `  <text x="${LABEL_WIDTH - 12}" y="${middle}" text-anchor="end">${escaped(label)}</text>
  <rect class="${kind}" x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="3"/>
  <text x="${(LABEL_WIDTH + width + 8).toFixed(1)}" y="${middle}">${short(value)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #1f1d1b; }
    .title { font-weight: 600; }
    .own { fill: #0f766e; }
    .other { fill: #b8b2aa; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f2efec; }
      .own { fill: #2dd4bf; }
      .other { fill: #5d5751; }
    }
  </style>
  <text class="title" x="12" y="24">${escaped(title)}</text>
${rows.join('\n')}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
