import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keys, loadKeys } from './keys.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-keys-'));
  folders.push(folder);
  return folder;
}

async function idOf(dataDir: string): Promise<string> {
  await loadKeys({ authSecrets: undefined, dataDir });
  return keys().newest.id;
}

test('secrets made for a data folder have an id of their own, and keep it', async () => {
  const [one, another] = [newFolder(), newFolder()];
  const id = await idOf(one);
  expect(id).toMatch(/^own-[0-9a-f]{12}$/);
  expect(await idOf(another)).not.toBe(id);
  expect(await idOf(one)).toBe(id);
  expect(readFileSync(join(one, 'auth-secrets'), 'utf8')).toMatch(new RegExp(`^${id}:[\\w-]{43}\\n$`));
});
