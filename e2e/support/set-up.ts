/** Builds, and fills an embedded database to copy, once before all tests that start servers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from '../../lib/env.ts';
import { prepareDatabase } from '../../lib/server/prepare-database.ts';
import { buildIfStale } from '../../scripts/set-up.mjs';

/** Returns its teardown, as Vitest and Playwright both expect. */
export default async function setUp(): Promise<() => Promise<void>> {
  // Vitest runs this once per project.
  if (process.env.TANDEM_TEST_TEMPLATE) return async () => {};
  await buildIfStale();
  const template = await mkdtemp(join(tmpdir(), 'tandem-template-'));
  const database = await prepareDatabase(parseEnv({ DATA_DIR: template }), new Date());
  await database.close();
  process.env.TANDEM_TEST_TEMPLATE = template;
  return () => rm(template, { recursive: true, force: true });
}
