import { expect, test } from './fixtures/test.ts';

test.use({ viewport: { width: 390, height: 700 }, allowedErrors: [/status of 503/] });

test('the result of signing out other devices is shown in view, also a failure, and the scroll position is kept', async ({
  page,
  signedIn: _,
  newDevice,
  faultProxy,
}) => {
  await newDevice({ as: 'admin' });
  await page.goto('/account');
  faultProxy.fault({ method: 'DELETE', path: '/api/sessions' }, { kind: 'answer', status: 503 }, { times: 1 });
  const signOutOthers = page.getByRole('button', { name: 'Sign out all others' });
  await signOutOthers.click();
  await expect(page.getByRole('alert').filter({ hasText: 'Refused by the test.' })).toBeInViewport({ ratio: 1 });
  await signOutOthers.click();
  await expect(page.getByRole('status').filter({ hasText: 'All other devices are signed out.' })).toBeInViewport({
    ratio: 1,
  });
  await expect(page.getByRole('alert').filter({ hasText: 'Refused by the test.' })).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Devices' })).toBeFocused();
  await expect(signOutOthers).toHaveCount(0);
});
