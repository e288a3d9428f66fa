/** Counts the statements of a database, by its own statistics. */
import pg from 'pg';

/** A PostgreSQL connection reports its statistics after this time without work. */
const REPORT_DELAY_MS = 11_000;

/** Outside transactions every statement is one commit; all of Tandem's frequent paths work that way. */
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

  /** Since the start, or since the last call. */
  async lap(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, REPORT_DELAY_MS));
    const before = this.#before;
    this.#before = await commits(this.#url);
    return this.#before - before;
  }
}

/** Queried in another database, so that this query is not counted. */
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
