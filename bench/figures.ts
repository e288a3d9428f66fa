/** The results of a run: figures with their spread, and whether they meet their targets. */

export interface Run {
  /** Fewer and shorter rounds: to check that it works, not to quote. */
  quick: boolean;
  /** Prints progress. */
  say(line: string): void;
}

export interface Figure {
  name: string;
  value: number;
  unit: 'ratio' | 'per second' | 'ms' | 's' | 'MB' | 'KiB' | 'points' | 'index' | 'count';
  /** Lower and upper quartile of the measurements; absent for a single value. */
  spread?: [number, number];
  target?: { atLeast: number } | { atMost: number };
  /** One sentence, if the figure needs an explanation. */
  note?: string;
}

export function isMet({ value, target }: Figure): boolean | null {
  if (!target) return null;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quartiles(values: readonly number[]): [number, number] {
  return [quantile(values, 0.25), quantile(values, 0.75)];
}

/** Interpolates between two values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const [below = Number.NaN, above = below] = sorted.slice(Math.floor(position), Math.floor(position) + 2);
  return below + (above - below) * (position - Math.floor(position));
}

/** The ratio of the medians. Its spread is that of the ratios of each round, in which both sides had the same other load. */
export function ratio(of: readonly number[], to: readonly number[]): { value: number; spread: [number, number] } {
  return {
    value: median(of) / median(to),
    spread: quartiles(of.map((value, round) => value / (to[round] ?? Number.NaN))),
  };
}

export function spreadOf(values: readonly number[]): { value: number; spread: [number, number] } {
  return { value: median(values), spread: quartiles(values) };
}

/** A table for the terminal and `README.md`. */
export function asTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, spread, target, note } = figure;
    const met = isMet(figure);
    return [
      note ? `${name}. ${note}` : name,
      `${short(value)}${unit === 'ratio' || unit === 'count' ? '' : ` ${unit}`}`,
      spread ? `${short(spread[0])} – ${short(spread[1])}` : '',
      target ? ('atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`) : '',
      met === null ? '' : met ? 'met' : '**not met**',
    ];
  });
  const head = ['figure', 'value', 'quartiles', 'target', ''];
  return [head, head.map((_, column) => (column === 0 ? ':--' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

export function short(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}
