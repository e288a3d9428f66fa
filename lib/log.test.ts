import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openTestDatabase } from './db/test-database.ts';
import { errorText } from './log.ts';

test('a failed query is told with its cause and without its values', async () => {
  const { db, close } = await openTestDatabase();
  const failed = await db
    .execute(sql`select * from nowhere where name = ${'a password\n    at the wrong place'}`)
    .catch((error: unknown) => error);
  await close();
  const text = errorText(failed);
  expect(text).toContain('select * from nowhere where name = $1');
  expect(text).toMatch(/Caused by: .*relation "nowhere" does not exist/);
  expect(text).toMatch(/\n {4}at /);
  expect(text).not.toMatch(/a password|wrong place/);
});

test('what is no error is told as text', () => {
  expect(errorText('just so')).toBe('just so');
  expect(errorText(new Error('outer', { cause: 'inner' }))).toMatch(/^Error: outer\n[\s\S]*\nCaused by: inner$/);
});
