import { expect, test } from 'vitest';
import { AppError, fieldError } from './errors.ts';

test.each(['Is required', 'Is required.'])('“%s” about a field reaches people with one full stop', (message) => {
  expect(fieldError('name', message).issues).toEqual([{ path: 'name', message: 'Is required.' }]);
});

test('an error about no field has no issues', () => {
  expect(new AppError('not_found').issues).toBeUndefined();
});
