/** Starts the real production server for a test, by plain `next start`: with its own port and data, both removed afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { dropDatabase, makeDatabase } from './fresh-database.ts';

const ROOT = new URL('../../', import.meta.url);
/** The Node options of `npm start`. */
const HEAP_LIMITS = packageJson.scripts.start.match(/--max-[\w-]+=\d+/g) ?? [];
/** The script that Node runs, in the folder of the build. */
export const NEXT_START = ['node_modules/next/dist/bin/next', 'start'];
const START_TIMEOUT_MS = 120_000;
const PORT_ATTEMPTS = 3;

/** An empty value counts as unset; this keeps a developer's `.env` out of the tests. */
const UNSET = {
  ACCESS_TOKEN_LIFETIME: '',
  BINDING_POLICY: '',
  LOG_LEVEL: '',
  METRICS_TOKEN: '',
  BOUND_ACCESS_TOKEN_LIFETIME: '',
  REFRESH_TOKEN_LIFETIME: '',
  REVOCATION_LAG: '',
  TRUST_PROXY: '',
};

export interface ServerOptions {
  /** The variables of the contract; `APP_ORIGIN` follows the port unless given, demo data is on, the secrets are the tests'. */
  env?: Record<string, string>;
  /**
   * `embedded`, a fresh database on the PostgreSQL server of `TEST_DATABASE_URL`, or the URL of one that exists already
   * (a second instance beside the first). Default: PostgreSQL if `TEST_DATABASE_URL` is set.
   */
  database?: 'embedded' | 'postgres' | URL;
  /** The folder of the build; default: this project. */
  root?: URL;
  /** The command that Node runs in that folder; default: `next start`. The port is in `PORT`. */
  command?: string[];
}

export interface Server {
  url: string;
  port: number;
  /** The id of the current process. */
  pid(): number;
  /** undefined with the embedded database. */
  databaseUrl: string | undefined;
  /** The output of all processes since the first start. */
  output(): string;
  /** `kill -9`; data and port stay, for `restart`. */
  kill(): Promise<void>;
  /**
   * Stops the process as an operator would, if it still runs, and starts another on the same port and data;
   * changed variables stay changed.
   */
  restart(changes?: Record<string, string>): Promise<void>;
  /** Stops the process as an operator would and removes its data; returns the exit code. */
  stop(): Promise<number | null>;
}

export async function startServer({
  env = {},
  database,
  root = ROOT,
  command = NEXT_START,
}: ServerOptions = {}): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tandem-server-'));
  const data = await prepareData(database, dataDir, env.DEMO_DATA !== 'off');
  let output = '';
  let changed: Record<string, string> = {};
  const secrets = `test:${randomBytes(32).toString('base64url')}`;
  const start = (port: number) =>
    startProcess(
      [...HEAP_LIMITS, ...command],
      root,
      {
        ...UNSET,
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        PORT: String(port),
        APP_ORIGIN: `http://localhost:${port}`,
        DATA_DIR: dataDir,
        DATABASE_URL: data.url ?? '',
        AUTH_SECRETS: secrets,
        DEMO_DATA: 'on',
        ...env,
        ...changed,
      },
      (text) => {
        output += text;
      },
    );

  let port = await freePort();
  let child = await start(port).catch(async (error) => {
    for (let attempt = 1; attempt < PORT_ATTEMPTS && /EADDRINUSE/.test(String(error)); attempt += 1) {
      port = await freePort();
      const next = await start(port).catch(() => undefined);
      if (next) return next;
    }
    await removeData();
    throw error;
  });

  async function removeData() {
    await rm(dataDir, { recursive: true, force: true });
    await data.drop();
  }

  return {
    url: `http://localhost:${port}`,
    port,
    pid: () => child.pid ?? 0,
    databaseUrl: data.url,
    output: () => output,
    kill: async () => {
      await end(child, 'SIGKILL');
    },
    restart: async (changes = {}) => {
      changed = { ...changed, ...changes };
      await end(child, 'SIGTERM');
      child = await start(port);
    },
    stop: async () => {
      const code = await end(child, 'SIGTERM');
      await removeData();
      return code;
    },
  };
}

interface Data {
  url: string | undefined;
  drop: () => Promise<void>;
}

async function prepareData(
  database: ServerOptions['database'] = process.env.TEST_DATABASE_URL ? 'postgres' : 'embedded',
  dataDir: string,
  demoData: boolean,
): Promise<Data> {
  if (database instanceof URL) return { url: database.href, drop: async () => {} };
  if (database === 'postgres') {
    const url = await makeDatabase();
    return { url, drop: () => dropDatabase(url) };
  }
  // Creating the files takes seconds; copying them is quick.
  const template = process.env.TANDEM_TEST_TEMPLATE;
  if (template && demoData) await cp(template, dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE });
  else await mkdir(dataDir, { recursive: true });
  return { url: undefined, drop: async () => {} };
}

/** Resolves when the server prints its address; throws with its output if it exits before. */
async function startProcess(
  args: string[],
  root: URL,
  env: Record<string, string>,
  onOutput: (text: string) => void,
): Promise<ChildProcess> {
  // The process gets exactly this environment; Next's types require `NODE_ENV` in it.
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const timeout = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
    const onData = (chunk: Buffer) => {
      output += chunk;
      onOutput(String(chunk));
      if (!output.includes('Tandem is at ')) return;
      clearTimeout(timeout);
      resolve();
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('close', (code) => {
      clearTimeout(timeout);
      reject(new Error(`The server ended with ${code} before it was ready:\n${output}`));
    });
  });
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
  return child.exitCode;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  // `listen` on a port number gives an `AddressInfo`.
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
