import { DrizzleQueryError, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTestDatabase } from './db/test-database.ts';
import { errorText } from './log.ts';
import { anyText } from './test-text.ts';

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

test('no value of a failed query gets into the log, however deep it lies', () => {
  const values = fc.array(
    fc.tuple(anyText, anyText).map((around) => around.join('a secret')),
    { minLength: 1 },
  );
  const message = fc.oneof(anyText, fc.constantFrom('', 'E', 'Error', '$&', 'params: '));
  fc.assert(
    fc.property(values, message, fc.nat({ max: 3 }), (values, message, depth) => {
      let error: Error = new DrizzleQueryError("select $1, '$&'", values, new Error(message));
      for (let level = 0; level < depth; level += 1)
        error = new Error(level % 2 ? error.message : message, { cause: error });
      const text = errorText(error);
      expect(text).not.toContain('a secret');
      expect(text).toContain("Failed query: select $1, '$&'");
      expect(text).toContain(message.split('\nparams: ', 1)[0]);
    }),
  );
});
