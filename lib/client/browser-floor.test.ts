/** Reads what runs in browsers, and holds it to the oldest browsers of `browserslist`: the build translates syntax for them, and adds no interface. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Interfaces that not all of them have: the first Chrome, Firefox and Safari that do; 999 for none. */
const TOO_NEW: [pattern: RegExp, chrome: number, firefox: number, safari: number][] = [
  // JavaScript.
  [/\bArray\.fromAsync\b/, 121, 115, 16.4],
  [/\b(Object|Map)\.groupBy\b/, 117, 119, 17.4],
  [/\bPromise\.withResolvers\b/, 119, 121, 17.4],
  [/\bPromise\.try\b/, 128, 134, 18.2],
  [/\bIterator\.(from|concat|prototype)\b/, 122, 131, 18.4],
  [
    /\.(keys|values|entries)\(\)\s*\.(map|filter|take|drop|flatMap|reduce|toArray|forEach|some|every|find)\(/,
    122,
    131,
    18.4,
  ],
  [/\.(union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\(/, 122, 127, 17],
  [/\bRegExp\.escape\b/, 136, 134, 18.2],
  [/\b(Error\.isError|Math\.(sumPrecise|f16round)|Float16Array)\b/, 135, 129, 18.2],
  [/\bAtomics\.waitAsync\b/, 87, 145, 16.4],
  [/\.(toBase64|toHex|setFromBase64)\(|Uint8Array\.from(Base64|Hex)\b/, 140, 133, 18.2],
  [/\b(Temporal\.|Intl\.DurationFormat\b)/, 129, 136, 16.4],
  [/\b(JSON\.(rawJSON|isRawJSON))\b/, 114, 135, 18.4],
  [/\.(transferToFixedLength|resizable)\b/, 114, 122, 16.4],
  [/\/[dgimsuy]*v[dgimsuy]*[,;).]/, 112, 116, 17],
  [/\bawait using\b|\busing \w+ =/, 134, 141, 999],
  // The platform.
  [/\bAbortSignal\.any\b/, 116, 124, 17.4],
  [/\bURL\.(canParse|parse)\b/, 126, 126, 18],
  [/\bResponse\.json\b/, 105, 115, 17],
  [/\.bytes\(\)/, 132, 128, 18],
  [/\brequestIdleCallback\b/, 47, 55, 999],
  [/\bcookieStore\b/, 87, 140, 18.4],
  [/\bscheduler\.(postTask|yield)\b/, 129, 142, 999],
  [/\bnavigator\.userAgentData\b/, 90, 999, 999],
  [/\bwindow\.navigation\b|\bnavigation\.(navigate|addEventListener|entries)\b/, 102, 147, 26.2],
  [/\bstartViewTransition\b/, 111, 144, 18],
  [/\b(showPopover|hidePopover|togglePopover|popoverTarget)\b|\bpopover=/, 114, 125, 17],
  [/\b(closedBy|requestClose|commandFor)\b/, 134, 139, 26.2],
  [/\bcheckVisibility\b/, 105, 106, 17.4],
  [/\b(setHTMLUnsafe|parseHTMLUnsafe|getHTML|moveBefore)\b/, 124, 128, 18.2],
  [/\bURLPattern\b/, 95, 142, 26],
  [/\bURLSearchParams\b[^;]*\.(has|delete)\([^)]*,/, 118, 115, 17],
  [/\bkeepalive: true\b/, 66, 133, 13],
  [/\bpriority: '(high|low)'/, 102, 132, 17.2],
  [/\bhighlights\b|\bnew Highlight\(/, 105, 140, 17.2],
  [/\bscrollend\b/, 114, 109, 26.2],
  [/\bcontent-?[vV]isibility\b/, 85, 125, 18],
  [/\blight-dark\(|@starting-style|\bfield-sizing\b|\binterpolate-size\b|\banchor-name\b|@scope\b/, 129, 150, 26],
];

/** Asked for first, with a way round. Without `field-sizing` a long note prints in its box; the page of its order prints all of it. */
const GUARDED = ['lib/client/session/any-signal.ts: AbortSignal.any', 'app/globals.css: field-sizing'];

const floor = Object.fromEntries(
  packageJson.browserslist.map((entry) => {
    const [name = '', version = ''] = entry.split(' >= ');
    return [name, Number(version)];
  }),
);

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const withoutComments = (source: string) => source.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '');

/** Client components, the browser's part of the session, and what they import. */
function browserFiles(): string[] {
  const all = globSync('{app,lib}/**/*.{ts,tsx}', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
  const files = new Set(
    all.filter((path) => {
      if (/\.test\.tsx?$|\/test-[\w-]+\.ts$/.test(path)) return false;
      return path.startsWith('lib/client/') || /^['"]use client['"]/m.test(read(path));
    }),
  );
  for (const path of files) {
    for (const [, type, target = ''] of read(path).matchAll(
      /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+\.tsx?)'/gm,
    )) {
      if (!type) files.add(join(dirname(path), target).replaceAll('\\', '/'));
    }
  }
  return [...files].concat('app/globals.css');
}

function offences(path: string, source: string): string[] {
  return TOO_NEW.flatMap(([pattern]) => withoutComments(source).match(pattern)?.[0] ?? []).map(
    (found) => `${path}: ${found}`,
  );
}

test('what runs in browsers uses nothing that the oldest supported ones lack', () => {
  const files = browserFiles();
  expect(files.length).toBeGreaterThan(50);
  expect(files).toContain('app/_components/instant-words.ts');
  expect(files.flatMap((path) => offences(path, read(path)))).toEqual(GUARDED);
});

test('the rule finds what is too new, and nothing that all of them have', () => {
  for (const line of [
    'const signal = AbortSignal.any([a, b]);',
    'return Response.json({});',
    'if (URL.canParse(value)) go();',
    'Promise.withResolvers<void>();',
    'ours.union(theirs);',
    'headers.keys().map(upper);',
    'requestIdleCallback(run);',
    'color: light-dark(black, white);',
  ]) {
    expect(offences('a.ts', line), line).toHaveLength(1);
  }
  for (const line of [
    'AbortSignal.timeout(1)',
    'list.toSorted().findLast(isGood).at(-1)',
    'structuredClone(value)',
    '[...headers.keys()].map(upper)',
    'await response.json()',
    '// AbortSignal.any is too new',
  ]) {
    expect(offences('a.ts', line), line).toEqual([]);
  }
});

test('each interface on the list is newer than the oldest supported browsers', () => {
  expect(floor).toEqual({ chrome: 111, edge: 111, firefox: 128, safari: 16.4, ios_saf: 16.4 });
  for (const [pattern, chrome, firefox, safari] of TOO_NEW) {
    const isNewer = chrome > (floor.chrome ?? 0) || firefox > (floor.firefox ?? 0) || safari > (floor.safari ?? 0);
    expect(isNewer, String(pattern)).toBe(true);
  }
});
