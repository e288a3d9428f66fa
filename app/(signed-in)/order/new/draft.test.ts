import { expect, test } from 'vitest';
import { parseDraft } from './draft.ts';

const DRAFT = { quantities: { LAMP: 2 }, note: 'by the door', key: 'k1' };

test('a draft is read back as it was kept', () => {
  expect(parseDraft(JSON.parse(JSON.stringify(DRAFT)))).toEqual(DRAFT);
});

test.each([
  ['nothing', null],
  ['a word', 'draft'],
  ['a list', []],
  ['a draft without quantities', { ...DRAFT, quantities: undefined }],
  ['a draft whose note is no text', { ...DRAFT, note: 7 }],
  ['a draft without its key', { ...DRAFT, key: '' }],
])('%s is no draft', (_, kept) => {
  expect(parseDraft(kept)).toBeNull();
});

test('quantities that no order can have are left out', () => {
  expect(parseDraft({ ...DRAFT, quantities: { LAMP: 2, SHELF: '3', RUG: 1.5, MUG: 1_000, PEN: -1 } })).toEqual(DRAFT);
});
