import pg from 'pg';
import { expect, test } from 'vitest';
import { isDatabaseAway } from './failures.ts';

/** As drizzle throws it: the driver's error is the cause. */
const failed = (cause: Error) => new Error('Failed query: select 1', { cause });
const refusedWith = (code: string) => failed(Object.assign(new pg.DatabaseError('refused', 7, 'error'), { code }));

test.each([
  ['nothing listens', 'ECONNREFUSED'],
  ['the connection broke', 'ECONNRESET'],
  ['the name does not resolve', 'EAI_AGAIN'],
  ['the server is unreachable', 'EHOSTUNREACH'],
  ['the connection failed', '08006'],
  ['no connection is left', '53300'],
  ['the disk is full', '53100'],
  ['out of memory', '53200'],
  ['a statement took too long', '57014'],
  ['an operator stops the server', '57P01'],
  ['the server has crashed', '57P02'],
  ['the server is starting or recovering', '57P03'],
  ['the database was dropped', '57P04'],
  ['a replica only reads', '25006'],
  ['the role may not sign in', '28000'],
  ['the password was changed', '28P01'],
  ['the database is not there', '3D000'],
  ['the database takes no connections', '55000'],
])('%s (%s): the database is away', (_, code) => {
  expect(isDatabaseAway(refusedWith(code))).toBe(true);
});

test.each([
  'Connection terminated unexpectedly',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
])('the driver says "%s": the database is away', (message) => {
  expect(isDatabaseAway(failed(new Error(message)))).toBe(true);
});

test.each(['42P01', '42703', '23505', '22P02', '42501', '40001'])('%s is a programming error', (code) => {
  expect(isDatabaseAway(refusedWith(code))).toBe(false);
});
