import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ORDER_PAGE_DEFAULT,
  ORDER_PAGE_MAX,
  OrderListQuery,
  OrderSort,
  OrderStatus,
} from '../../../lib/contract/order.ts';
import { anyText } from '../../../lib/test-text.ts';
import { changedList, listPath, moreOfList, readListQuery } from './list-query.ts';

const USUAL = { sort: '-placed_at', limit: 20 } as const;

test('an address without a query is the usual list', () => {
  expect(readListQuery({})).toEqual({ query: USUAL, ignored: false });
});

test('every part of the address is read', () => {
  const params = { status: 'paid', q: 'lamp', sort: 'total', limit: '40', cursor: 'abc' };
  expect(readListQuery(params)).toEqual({ query: { ...params, limit: 40 }, ignored: false });
});

test.each([
  ['an unknown status', { status: 'lost' }],
  ['an unknown order', { sort: 'colour' }],
  ['a limit of none', { limit: '0' }],
  ['a limit beyond the longest page', { limit: '101' }],
  ['a limit that is no number', { limit: 'many' }],
  ['a search longer than allowed', { q: 'x'.repeat(101) }],
  ['a search with a NUL', { q: 'a\0b' }],
  ['a parameter given twice', { status: ['paid', 'shipped'] }],
])('%s falls back to the usual list and says so', (_, params) => {
  expect(readListQuery(params)).toEqual({ query: USUAL, ignored: true });
});

test('one unreadable part leaves the others in force', () => {
  expect(readListQuery({ status: 'paid', sort: 'colour' })).toEqual({
    query: { ...USUAL, status: 'paid' },
    ignored: true,
  });
});

test('empty fields of the search form, and parameters of others, mean nothing', () => {
  expect(readListQuery({ q: '', status: '', utm_source: 'mail' })).toEqual({ query: USUAL, ignored: false });
});

test('the usual list has the shortest address', () => {
  expect(listPath(USUAL)).toBe('/order');
});

const listQuery = fc
  .record({
    status: fc.option(fc.constantFrom(...OrderStatus.options), { nil: undefined }),
    q: fc.option(fc.string({ unit: fc.constantFrom(...' +&=%?#a~ü\r\n', '👩‍👧'), minLength: 1 }), { nil: undefined }),
    sort: fc.constantFrom(...OrderSort.options),
    limit: fc.integer({ min: 1, max: ORDER_PAGE_MAX }),
    cursor: fc.option(fc.stringMatching(/^[\w-]{1,200}$/), { nil: undefined }),
  })
  .filter((query) => OrderListQuery.safeParse(query).success);

const readPath = (path: string) => readListQuery(Object.fromEntries(new URLSearchParams(path.split('?')[1])));

test('an address is read back as what it was written for', () => {
  fc.assert(
    fc.property(listQuery, (query) => {
      expect(readPath(listPath(query))).toEqual({ query, ignored: false });
      const more = readPath(moreOfList(query, 'next')).query;
      expect(more).toEqual({
        ...query,
        ...(query.limit < ORDER_PAGE_MAX ? { limit: more.limit } : { cursor: 'next' }),
      });
      expect(more.limit).toBe(Math.min(query.limit + ORDER_PAGE_DEFAULT, ORDER_PAGE_MAX));
    }),
  );
});

test('any address is read as a list, and says so where a part is left out', () => {
  const value = fc.oneof(
    anyText,
    fc.constantFrom('paid', 'total', '40', '0x20', ' 7 ', '-placed_at'),
    fc.array(anyText),
  );
  const name = fc.constantFrom('status', 'q', 'sort', 'limit', 'cursor', 'utm_source');
  fc.assert(
    fc.property(fc.dictionary(name, value), (params) => {
      const { query, ignored } = readListQuery(params);
      expect(OrderListQuery.parse(query)).toEqual(query);
      if (!ignored)
        for (const field of ['status', 'q', 'cursor'] as const) expect(query[field]).toBe(params[field] || undefined);
    }),
  );
});

test('a changed filter starts at the first page and keeps search and order', () => {
  const query = { q: 'lamp', sort: 'total', limit: 80, cursor: 'abc' } as const;
  expect(changedList(query, { status: 'paid' })).toBe('/order?status=paid&q=lamp&sort=total');
});

test('more of a list makes it longer by a page', () => {
  expect(moreOfList({ ...USUAL, status: 'paid' }, 'next')).toBe('/order?status=paid&limit=40');
});

test('more of a list that is as long as it may be is its next page, of the same length', () => {
  expect(moreOfList({ ...USUAL, limit: 100 }, 'next')).toBe('/order?limit=100&cursor=next');
});
