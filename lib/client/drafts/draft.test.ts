/** What becomes of a draft in its browser. */
import { expect, test } from 'vitest';
import { simulate } from '../session/test-browser.ts';

test('a draft belongs to one user and outlives the page', async () => {
  const { signIn } = simulate();
  const tab = await signIn();
  expect(tab.bundle.readDraft(1)).toBeNull();
  tab.bundle.saveDraft(1, { note: 'typed' });
  tab.load();
  expect(tab.bundle.readDraft(1)).toEqual({ note: 'typed' });
  expect(tab.bundle.readDraft(2)).toBeNull();
});

test('a draft is nothing where the browser keeps nothing, or something unreadable', async () => {
  const { browser, signIn } = simulate();
  const tab = await signIn();
  browser.storage['tandem-drafts'] = '{half';
  expect(tab.bundle.readDraft(1)).toBeNull();
});
