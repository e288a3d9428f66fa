/** Once before all tests that start servers: the build, and a filled embedded database for them to copy. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from '../../lib/env.ts';
import { openDatabase } from '../../scripts/open-database.ts';
import { buildIfStale } from '../../scripts/set-up.mjs';

/** Returns what takes it all away again: the form vitest and Playwright both want. */
export default async function setUp(): Promise<() => Promise<void>> {
  await buildIfStale();
  const template = await mkdtemp(join(tmpdir(), 'tandem-template-'));
  const database = await openDatabase(parseEnv({ DATA_DIR: template }), new Date());
  await database.close();
  process.env.TANDEM_TEST_TEMPLATE = template;
  return () => rm(template, { recursive: true, force: true });
}
