/** Runs `next start`, or `next dev` with `--dev`, in this process, after checking what would make it fail with a stack trace. */
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import nextEnv from '@next/env';
import { EnvError, env } from '../lib/env.ts';
import { StartError } from '../lib/start-error.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const dev = process.argv.includes('--dev');
process.chdir(ROOT);
Object.assign(process.env, {
  NEXT_TELEMETRY_DISABLED: '1',
  // How long `next dev` waits for the database to be closed before it kills its server.
  NEXT_EXIT_TIMEOUT_MS: '10000',
});

try {
  // Next reads the port before the `.env` files.
  nextEnv.loadEnvConfig(ROOT, dev, { info: () => {}, error: console.error });
  const { port } = env();
  await requireFreePort(port);
  process.argv.splice(2, Infinity, dev ? 'dev' : 'start', '--port', String(port));
} catch (error) {
  if (!(error instanceof StartError || error instanceof EnvError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
await import('next/dist/bin/next');

function requireFreePort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(portError(port, error)));
    probe.listen(port, () => probe.close(() => resolve()));
  });
}

function portError(port: number, error: NodeJS.ErrnoException): StartError {
  const problem =
    error.code === 'EADDRINUSE'
      ? `Port ${port} is in use`
      : error.code === 'EACCES'
        ? `Port ${port} may not be opened by this user`
        : `Port ${port} cannot be opened (${error.message})`;
  return new StartError(`${problem}: stop what uses it, or set PORT to another one.`, { cause: error });
}
