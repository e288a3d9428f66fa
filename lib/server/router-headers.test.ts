import fc from 'fast-check';
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js';
import { describe, expect, test } from 'vitest';
import { anyText } from '../test-text.ts';
import { unreadableRouterHeaders } from './router-headers.ts';

const isRouterState = (header: string) => unreadableRouterHeaders({ 'next-router-state-tree': header }).length === 0;

function isReadByNext(header: string): boolean {
  try {
    parseAndValidateFlightRouterState(header);
    return true;
  } catch {
    return false;
  }
}

const encoded = (state: unknown) => encodeURIComponent(JSON.stringify(state));
const nested = (depth: number): unknown[] => ['', depth > 1 ? { children: nested(depth - 1) } : {}];

const branches = (level: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom('children', 'modal', '__proto__'), level, { maxKeys: 2 });
const kind = fc.constantFrom('c', 'oc', 'd', 'ci(.)', 'di(...)', 'zz');
const siblings = fc.constantFrom<unknown>(null, [], ['new'], [1]);
const segment = fc.oneof(
  fc.constantFrom('', 'order', '__PAGE__'),
  fc.tuple(fc.constant('id'), fc.constant('1'), kind, siblings),
);
const marks = fc.tuple(
  fc.constantFrom<unknown>(null, ['/order', '?a=1'], 'x'),
  fc.constantFrom(null, 'refetch', 'inside-shared-layout', 'x'),
  fc.constantFrom<unknown>(null, 3, 'x'),
  fc.constantFrom<unknown>('x', 3),
);

describe('what Next reads is a router state', () => {
  const order = ['number', 'ORD-000001', 'd', ['new']];
  test.each([
    ['the root alone', ['', {}]],
    ['a page', ['', { children: ['login', { children: ['__PAGE__', {}] }] }, null, null, 16]],
    ['a page with a parameter', ['', { children: [order, { children: ['__PAGE__?{"a":"ü"}', {}] }] }]],
    ['a marked level', ['', { children: ['order', {}, null, 'refetch'] }, ['/order', '?a=1'], 'metadata-only', 3, 'x']],
    ['parallel routes', ['', { children: ['a', {}], modal: [['id', '1', 'ci(..)(..)', null], {}] }]],
    ['as deep as it may be', nested(16)],
  ])('%s', (_, state) => {
    expect([isRouterState(encoded(state)), isReadByNext(encoded(state))]).toEqual([true, true]);
  });

  test('whether it is percent-encoded or not', () => {
    expect(isRouterState('["",{}]')).toBe(true);
  });
});

describe('what Next fails at is none', () => {
  test.each([
    ['nothing', ''],
    ['a letter', 'x'],
    ['a lone percent sign', '%'],
    ['no UTF-8', '%ff%fe'],
    ['two headers, as Node joins them', '["",{}], ["",{}]'],
    ['null', 'null'],
    ['a number', '1'],
    ['an object', '{}'],
    ['an empty array', '[]'],
    ['a segment alone', '[""]'],
    ['an unknown kind of parameter', encoded([['number', '1', 'zz', null], {}])],
    ['a parameter without its siblings', encoded([['number', '1', 'd'], {}])],
    ['a branch that is none', encoded(['', { children: 'x' }])],
    ['an unknown mark', encoded(['', {}, null, 'x'])],
    ['more than there is', encoded(['', {}, null, null, 1, 'a', 'b'])],
    ['a prototype', '["",{"__proto__":1}]'],
    ['something very long', 'x'.repeat(15_000)],
  ])('%s', (_, header) => {
    expect([isRouterState(header), isReadByNext(header)]).toEqual([false, false]);
  });
});

test('nothing is a router state that Next fails at, whatever it looks like', () => {
  const { level } = fc.letrec<{ level: unknown }>((tie) => ({
    level: fc
      .tuple(
        segment,
        fc.oneof({ maxDepth: 2 }, fc.constantFrom<unknown>({}, [], null), branches(tie('level'))),
        marks,
        fc.nat({ max: 5 }),
      )
      .map(([segment, below, marks, members]) => [segment, below, ...marks].slice(0, 1 + members)),
  }));
  fc.assert(
    fc.property(fc.oneof({ weight: 8, arbitrary: level.map(encoded) }, anyText), (header) => {
      if (isRouterState(header)) expect(isReadByNext(header)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a tree that is deeper than our routes is none, whatever Next makes of it', () => {
  for (const depth of [17, 200, 1_000]) expect(isRouterState(encoded(nested(depth)))).toBe(false);
});

test('an array of branches is none, which Next takes', () => {
  expect(isRouterState(encoded(['', []]))).toBe(false);
});

test('a prefetch is read only in the form that our pages send', () => {
  const unreadable = (value?: string) => unreadableRouterHeaders({ 'next-router-prefetch': value });
  expect([undefined, '1'].map(unreadable)).toEqual([[], []]);
  for (const value of ['', '0', '2', '3', 'x', '1, 1']) expect(unreadable(value)).toEqual(['next-router-prefetch']);
});
