import { expect, test } from 'vitest';
import { openDraft, parseDraft } from './draft.ts';

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

test('a page that is drawn once more goes on with its draft and key, whatever the browser has kept', () => {
  const product = { sku: 'LAMP', name: 'Lamp', currency: 'EUR', unit_price_minor_units: 100, available: true };
  const empty = { quantities: {}, note: '', key: '' };
  const [opened, other] = [openDraft(empty, null, [product]), openDraft(empty, null, [product])];
  expect(opened).toEqual({ ...empty, key: expect.stringMatching(/./) });
  expect(opened.key).not.toBe(other.key);
  expect(openDraft(empty, DRAFT, [product])).toEqual(DRAFT);
  for (const kept of [null, undefined, { ...DRAFT, key: 'k2', note: 'of another tab' }])
    expect(openDraft(DRAFT, kept, [product])).toEqual(DRAFT);
  expect(openDraft(DRAFT, DRAFT, [])).toEqual({ ...DRAFT, quantities: {} });
});
