import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { OrderListQuery, PlaceOrderBody } from '../contract/order.ts';
import { ChangePasswordBody, EndSessionBody, LoginBody, SessionListQuery } from '../contract/session.ts';
import { AppError } from '../errors.ts';
import { check } from './body.ts';

function issuesOf(schema: z.ZodType, value: unknown) {
  try {
    check(schema, value);
  } catch (error) {
    if (error instanceof AppError) return error.issues?.map(({ path, message }) => `${path}: ${message}`);
  }
  return 'no error';
}

test.each([
  [LoginBody, {}, ['name: Is required.', 'pwd: Is required.']],
  [LoginBody, { name: 7, pwd: '' }, ['name: Must be text.', 'pwd: Must not be empty.']],
  [LoginBody, { name: ['a'], pwd: 'x'.repeat(257) }, ['name: Must be text.', 'pwd: Must have at most 256 characters.']],
  [
    LoginBody,
    { name: 'a\0', pwd: '\ud800' },
    ['name: Must be plain Unicode text.', 'pwd: Must be plain Unicode text.'],
  ],
  [LoginBody, { name: 'a', pwd: 'b', transport: 'x' }, ['transport: Must be one of cookie, bearer.']],
  [LoginBody, null, [': Must be an object.']],
  [PlaceOrderBody, { lines: [] }, ['lines: Must be a list of at least 1.']],
  [PlaceOrderBody, { lines: [{ sku: 'a', quantity: 1.5 }] }, ['lines.0.quantity: Must be a whole number.']],
  [PlaceOrderBody, { lines: [{ sku: 'a', quantity: 0 }] }, ['lines.0.quantity: Must be at least 1.']],
  [OrderListQuery, { limit: '101' }, ['limit: Must be at most 100.']],
  [OrderListQuery, { limit: 'ten' }, ['limit: Must be a number.']],
  [z.string().min(3).max(5), 'ab', [': Must be at least 3 characters long.']],
  [z.string().min(3).max(5), 'abcdef', [': Must be at most 5 characters long.']],
  [z.email(), 'ab', [': Invalid email address.']],
])('%# every wrong field is named in one sentence', (schema, value, sentences) => {
  expect(issuesOf(schema, value)).toEqual(sentences);
});

test('what was sent is never repeated, neither a value nor the name of a field', () => {
  const SECRET = 'correct horse';
  const names = [
    'name',
    'pwd',
    'transport',
    'lines',
    'sku',
    'quantity',
    'note',
    'current',
    'new',
    'limit',
    'sort',
    'status',
  ];
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(SECRET, `${SECRET}\0`, SECRET.repeat(99), '', 7, null),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom(...names, SECRET), tie('value')),
    ),
  }));
  const schema = fc.constantFrom(
    LoginBody,
    PlaceOrderBody,
    ChangePasswordBody,
    EndSessionBody,
    OrderListQuery,
    SessionListQuery,
  );
  fc.assert(
    fc.property(schema, value, (schema, sent) => {
      expect(JSON.stringify(issuesOf(schema as z.ZodType, sent))).not.toContain(SECRET);
    }),
    { numRuns: 300 },
  );
});
