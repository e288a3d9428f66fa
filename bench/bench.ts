/** `npm run bench`: measures every figure beside those of the peers; writes a table, `results/latest.json` and charts. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { findPostgres } from '../e2e/support/find-postgres.ts';
import { writeCharts } from './charts.ts';
import { asTable, type Figure, isMet } from './figures.ts';
import { stopAll } from './servers.ts';
import { SETS } from './sets.ts';

const RESULTS = new URL('./results/', import.meta.url);
const README = new URL('./README.md', import.meta.url);
/** The text of `README.md` between these two lines is written here. */
const TABLE_MARKS = ['<!-- table -->', '<!-- /table -->'] as const;

const { values } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const wanted = values.only?.split(',') ?? Object.keys(SETS);
const unknown = wanted.filter((name) => !(name in SETS));
if (unknown.length > 0) {
  console.error(`There is no set called ${unknown.join(', ')}; there are: ${Object.keys(SETS).join(', ')}.`);
  process.exit(2);
}
process.env.TEST_DATABASE_URL ??= (await findPostgres()) ?? '';
if (!process.env.TEST_DATABASE_URL) {
  console.error('No PostgreSQL was found: start one on 127.0.0.1:5432, or name one in TEST_DATABASE_URL.');
  process.exit(1);
}

const startedAt = Date.now();
const figures: Figure[] = [];
const failures: string[] = [];
for (const name of wanted) {
  const say = (line: string) => process.stderr.write(`${elapsed()} ${name}: ${line}\n`);
  say('begins');
  try {
    const set = await SETS[name]?.({ quick: values.quick, say });
    figures.push(...(set ?? []));
  } catch (error) {
    // The other figures are still useful.
    failures.push(name);
    say(`failed: ${error instanceof Error ? error.stack : error}`);
    await stopAll().catch((left: unknown) => say(`still running: ${left}`));
  }
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}, Node ${process.version}`;
const table = asTable(figures);
console.log(`\n${table}\n\n${machine}; ${elapsed()}${values.quick ? ', quick' : ''}`);
const met = figures.map(isMet).filter((verdict) => verdict !== null);
console.log(`${met.filter(Boolean).length} of ${met.length} targets met.`);
if (failures.length > 0) console.log(`Not measured, since it failed: ${failures.join(', ')}.`);

// Only a complete run is published.
if (!values.only && !values.quick && failures.length === 0) {
  await mkdir(RESULTS, { recursive: true });
  const byName = figures.map((figure) => {
    const { value, unit, spread = null, target = null, note } = figure;
    return [figure.name, { value, unit, spread, target, met: isMet(figure), ...(note && { note }) }];
  });
  const latest = { date: new Date().toISOString(), machine, figures: Object.fromEntries(byName) };
  await writeFile(new URL('latest.json', RESULTS), `${JSON.stringify(latest, null, 2)}\n`);
  await writeCharts(figures, RESULTS);
  await writeTable(`Taken on ${latest.date.slice(0, 10)} on ${machine}.\n\n${table}`);
}
process.exitCode = failures.length > 0 ? 1 : 0;

async function writeTable(text: string): Promise<void> {
  const [begin, end] = TABLE_MARKS;
  const readme = await readFile(README, 'utf8');
  const [before] = readme.split(begin);
  const [, after] = readme.split(end);
  await writeFile(README, `${before}${begin}\n${text}\n${end}${after}`);
}

function elapsed(): string {
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
