/** Creates and drops databases on the PostgreSQL server of `TEST_DATABASE_URL`. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** The URL of a new, empty database. */
export async function makeDatabase(): Promise<string> {
  const url = new URL(serverUrl());
  url.pathname = `/tandem_test_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${nameOf(url)}`);
  return url.href;
}

export async function dropDatabase(url: string): Promise<void> {
  await administer(`drop database if exists ${nameOf(new URL(url))} with (force)`);
}

function nameOf(url: URL): string {
  return url.pathname.slice(1);
}

function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL names no PostgreSQL server.');
  return url;
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
