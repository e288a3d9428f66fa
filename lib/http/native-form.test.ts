/** Who gets a page, and who gets JSON. */
import { expect, test } from 'vitest';
import { isNativeFormPost, wantsPage } from './native-form.ts';

const BROWSER = 'text/html,application/xhtml+xml,*/*;q=0.8';

test.each<[who: string, headers: Record<string, string>, isPage: boolean]>([
  ['a browser that opens a page', { accept: BROWSER, 'sec-fetch-mode': 'navigate' }, true],
  ['a browser that does not say how it asks', { accept: BROWSER }, true],
  ['a script that would take a page', { accept: BROWSER, 'sec-fetch-mode': 'cors' }, false],
  ['a browser that navigates to something else', { accept: 'image/avif,*/*', 'sec-fetch-mode': 'navigate' }, false],
  ['a script or a program', { accept: '*/*' }, false],
  ['a program that says nothing', {}, false],
])('%s', (_who, headers, isPage) => {
  const opened = new Request('http://localhost', { headers });
  const posted = new Request('http://localhost', { method: 'POST', headers });
  expect([wantsPage(opened), wantsPage(posted)]).toEqual([isPage, isPage]);
  // Only what is posted can be a form.
  expect([isNativeFormPost(opened), isNativeFormPost(posted)]).toEqual([false, isPage]);
});
