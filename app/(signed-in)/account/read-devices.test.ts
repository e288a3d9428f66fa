import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Session, startSession } from '../../../lib/auth/sessions/sessions.ts';
import { addUser, CALLER, openTestApp, type TestApp } from '../../../lib/auth/test-app.ts';
import { readDevices, readDevicesView } from './read-devices.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const BROWSER = { ...CALLER, userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0' };
const PROGRAM = { ...CALLER, userAgent: 'curl/8.14.1' };

let app: TestApp;
let inHand: Session;
beforeAll(async () => {
  app = await openTestApp();
  inHand = await startSession(app.db, await addUser(app.db, 'ada'), BROWSER, NOW);
});
afterAll(() => app.close());

/** What `/account` reads at this address. */
const read = (path: string) => {
  const params = Object.fromEntries(new URL(path, 'http://tandem.test').searchParams);
  return readDevices(app.db, { userId: inHand.userId, sessionId: inHand.id }, readDevicesView(params), NOW);
};
const sizes = ({ groups }: Awaited<ReturnType<typeof read>>) =>
  groups.map(({ title, note, sessions }) => [title, note, sessions.length]);

test('one device alone is no list', async () => {
  expect(await read('/account')).toEqual({ inHand, others: 0, groups: [], links: [] });
});

test('after 150 sign-ins of a program the page shows the newest of each kind, and a way to all of them', async () => {
  for (let n = 0; n < 2; n += 1) await startSession(app.db, inHand.userId, BROWSER, NOW);
  for (let n = 0; n < 150; n += 1) await startSession(app.db, inHand.userId, PROGRAM, NOW);
  const list = await read('/account');
  expect(sizes(list)).toEqual([
    ['Other browsers', undefined, 2],
    ['Programs', 'the newest 5 of 150', 5],
  ]);
  expect(list.others).toBe(152);
  expect(list.links).toEqual([{ label: 'Show all 152', path: '/account?devices=all' }]);

  const seen = new Set<string>();
  const pages: number[] = [];
  let path: string | undefined = '/account?devices=all';
  while (path) {
    const page = await read(path);
    const shown = page.groups.flatMap(({ sessions }) => sessions);
    pages.push(shown.length);
    for (const { id } of shown) seen.add(id);
    path = page.links.find(({ label }) => label === 'Show older')?.path;
  }
  expect(pages).toEqual([50, 50, 50, 2]);
  expect(seen.size).toBe(152);
});

test.each(['/account?devices=some', '/account?after=1', '/account?devices=all&after=x', '/account?devices=all&after='])(
  'the address %s shows the list from its beginning',
  async (path) => {
    const isAll = path.includes('all');
    expect(sizes(await read(path))).toEqual(sizes(await read(isAll ? '/account?devices=all' : '/account')));
  },
);
