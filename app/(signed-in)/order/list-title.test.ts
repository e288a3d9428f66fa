import { expect, test } from 'vitest';
import { listTitle } from './list-title.ts';

test.each([
  [{}, 'Orders'],
  [{ status: 'paid' }, 'Paid orders'],
  [{ q: 'chair' }, '“chair” · Orders'],
  [{ q: ' ash   chair ', status: 'paid' }, '“ash chair” · Paid orders'],
  [{ q: '   ' }, 'Orders'],
] as const)('the list of %j is titled %j', (query, title) => {
  expect(listTitle(query)).toBe(title);
});
