/** Which user a typed name means, also where names are older than the rule. */
import { asc, eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { users } from '../../db/schema.ts';
import { CALLER, openTestApp, PASSWORD, type TestApp } from '../test-app.ts';
import { login } from './login.ts';
import { addUser, disableUser, listSessions, listUsers, setPassword } from './operators.ts';
import { findUserByName, prepareNames } from './users.ts';

const NOW = new Date('2026-11-23T12:00:00Z');

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());
afterEach(async () => {
  await app.db.delete(users);
});

/** As before names were prepared. */
async function insertOld(...names: string[]) {
  for (const name of names) await app.db.insert(users).values({ name, passwordHash: 'x' });
}
const found = async (typed: string) => (await findUserByName(app.db, typed))?.name;
const keys = async () =>
  (await app.db.select().from(users).orderBy(asc(users.id))).map(({ name, nameKey }) => [name, nameKey]);

test('a name signs in however it is typed, and its sessions are those of one user', async () => {
  await addUser(app.db, 'Anna Maria', PASSWORD);
  for (const name of ['Anna Maria', 'anna maria ', 'ANNA\u00a0MARIA', 'ＡＮＮＡ\u3000maria', 'anna maria\u200b'])
    expect((await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW)).user.name).toBe('Anna Maria');
  expect(await listSessions(app.db, NOW, 'anna maria')).toHaveLength(5);
});

test('an operator may type it so too, and no second user gets a name that only looks different', async () => {
  await addUser(app.db, 'anna', PASSWORD);
  await expect(addUser(app.db, 'ANNA', PASSWORD)).rejects.toThrow('There is a user ANNA already.');
  await expect(addUser(app.db, 'ａnna', PASSWORD)).rejects.toThrow('There is a user ａnna already.');
  await expect(addUser(app.db, 'an\u200bna', PASSWORD)).rejects.toThrow('no control characters');
  await expect(addUser(app.db, 'an\nna', PASSWORD)).rejects.toThrow('no control characters');
  await setPassword(app.db, 'Anna', 'violet lantern orchard', NOW);
  await disableUser(app.db, 'ANNA', NOW);
  expect(await listUsers(app.db)).toEqual([{ name: 'anna', disabledAt: NOW, isPrepared: true }]);
});

test('older names are prepared once, and one that is taken keeps its exact spelling', async () => {
  await insertOld('Anna', 'anna', 'ANNA ', 'Berta', 'ｃarl', 'Carl');
  await prepareNames(app.db);
  await prepareNames(app.db);
  expect(await keys()).toEqual([
    ['Anna', null],
    ['anna', 'anna'],
    ['ANNA ', null],
    ['Berta', 'berta'],
    ['ｃarl', 'carl'],
    ['Carl', null],
  ]);
  expect(await Promise.all(['anna', 'Anna', 'ANNA', 'ANNA ', 'BERTA', 'CARL', 'Carl'].map(found))).toEqual([
    'anna',
    'Anna',
    'anna',
    'ANNA ',
    'Berta',
    'ｃarl',
    'Carl',
  ]);
  expect((await listUsers(app.db)).filter(({ isPrepared }) => !isPrepared)).toHaveLength(3);
});

test('a name that is free again is prepared for the next one', async () => {
  await insertOld('anna', 'Anna');
  await prepareNames(app.db);
  await app.db.delete(users).where(eq(users.name, 'anna'));
  await prepareNames(app.db);
  expect(await keys()).toEqual([['Anna', 'anna']]);
});

test('a name from before the rule signs in as it is written', async () => {
  await insertOld('Old Name');
  expect(await found('Old Name')).toBe('Old Name');
  expect(await found('old name')).toBeUndefined();
});
