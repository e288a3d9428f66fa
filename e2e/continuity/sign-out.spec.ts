import { expireAccess, ourCookies } from '../fixtures/cookies.ts';
import { fillOrder, placeButton, shownUser, signInByForm, signOutButton, uniqueNote } from '../fixtures/pages.ts';
import { expect, REFRESH, test } from '../fixtures/test.ts';

const RENEWING_PAGE = { method: 'GET', path: '/api/refresh_token' };

interface Later {
  until: Promise<void>;
  come(): void;
}

function later(): Later {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { until: promise, come: resolve };
}

test('a renewal that is answered after the sign-out brings nothing back', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 40[13]/);
  await fillOrder(page, uniqueNote());
  await expireAccess(signedIn);
  const answers = later();
  const call = faultProxy.fault(REFRESH, { kind: 'hold', until: answers.until, what: 'answer' }, { times: 1 });
  const opening = faultProxy.fault(RENEWING_PAGE, { kind: 'hold', until: answers.until, what: 'answer' }, { times: 1 });
  await placeButton(page).click();
  const opened = await signedIn.newPage();
  // It stays on its way until the answers come.
  void opened.goto('/order').catch(() => {});
  await expect.poll(() => [call.hits(), opening.hits()]).toEqual([1, 1]);
  await signOutButton(page).click();
  await expect(page).toHaveURL('/login');
  answers.come();
  await expect(opened).toHaveURL('/login');
  await expect.poll(() => ourCookies(signedIn)).toEqual({});
  await page.goto('/order');
  await expect(page).toHaveURL('/login');
});

test('a renewal for the one before that is answered after another user has signed in changes nothing for them', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 40[13]/);
  await page.goto('/order');
  await expireAccess(signedIn);
  const answer = later();
  const opening = faultProxy.fault(RENEWING_PAGE, { kind: 'hold', until: answer.until, what: 'answer' }, { times: 1 });
  const opened = await signedIn.newPage();
  void opened.goto('/order').catch(() => {});
  await expect.poll(opening.hits).toBe(1);
  await signOutButton(page).click();
  await expect(page).toHaveURL('/login');
  await signInByForm(page, 'guest');
  await expect(shownUser(page)).toHaveText('Signed in as guest');
  answer.come();
  for (const tab of [opened, page]) await expect(shownUser(tab)).toHaveText('Signed in as guest');
  await page.reload();
  await expect(shownUser(page)).toHaveText('Signed in as guest');
  await expect.poll(async () => (await ourCookies(signedIn)).session_hint?.value).toMatch(/^12\./);
});
