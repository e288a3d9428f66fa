import { expect, test } from 'vitest';
import { readQuantity } from './read-quantity.ts';

test.each([
  ['12', 12],
  ['１２', 12],
  ['١٢', 12],
  ['۱۲', 12],
  ['१२', 12],
  ['\u200f١٢\u200f', 12],
  [' 12 ', 12],
  ['+2', 2],
  ['＋２', 2],
  ['0012', 12],
  ['0', 0],
  ['', 0],
  ['  ', 0],
  ['999', 999],
])('“%s” is read as %d', (typed, quantity) => {
  expect(readQuantity(typed)).toBe(quantity);
});

test.each([
  '1,5',
  '1.5',
  '1,0',
  '1 000',
  '1\u202f000',
  '1 2',
  '-3',
  '−3',
  '+',
  '++2',
  '1e3',
  '0x10',
  '12 pcs',
  'a dozen',
  '½',
  '1²',
  '①',
  '十二',
  'Ⅻ',
  '1000',
  '9'.repeat(400),
])('“%s” is no quantity, and never another number', (typed) => {
  expect(readQuantity(typed)).toBeNull();
});
