/** Counts what a database is asked, by its own statistics. */
import pg from 'pg';

/** PostgreSQL's: what a connection has done since its last report it reports after so long without work. */
const REPORT_DELAY_MS = 11_000;

/** Outside transactions every statement is one of its own, which is how all of Tandem's hot paths ask. */
export class StatementCount {
  readonly #url: URL;
  #before: number;

  private constructor(url: URL, before: number) {
    this.#url = url;
    this.#before = before;
  }

  static async begin(databaseUrl: string | undefined): Promise<StatementCount> {
    const url = new URL(databaseUrl ?? '');
    await new Promise((resolve) => setTimeout(resolve, REPORT_DELAY_MS));
    return new StatementCount(url, await commits(url));
  }

  /** Since the beginning, or since the last time. */
  async lap(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, REPORT_DELAY_MS));
    const before = this.#before;
    this.#before = await commits(this.#url);
    return this.#before - before;
  }
}

/** Asked in another database, so that the question is not counted. */
async function commits(url: URL): Promise<number> {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  try {
    const name = url.pathname.slice(1);
    const { rows } = await client.query('select xact_commit::int as count from pg_stat_database where datname = $1', [
      name,
    ]);
    return rows[0]?.count ?? Number.NaN;
  } finally {
    await client.end();
  }
}
