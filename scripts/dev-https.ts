/** `npm run dev:https`: the development server behind https with a fresh certificate. Prints how to open a Chromium with Device Bound Session Credentials. */

import { StartError } from '../lib/start-error.ts';
import { startHttpsFront } from './https-front.ts';

const PORT = Number(process.env.PORT || 3000);
const HTTPS_PORT = PORT + 443;

try {
  const front = await startHttpsFront({ target: () => `http://localhost:${PORT}`, port: HTTPS_PORT });
  Object.assign(process.env, { PORT: String(PORT), APP_ORIGIN: front.url, TRUST_PROXY: '1' });
  await import('./run-next.ts');
  console.log(`Open it in a Chromium that trusts this certificate and binds sessions (DBSC):
  chromium --user-data-dir=/tmp/tandem-https \\
    ${front.chromiumArgs.join(' \\\n    ')} \\
    ${front.url}`);
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exit(1);
}
