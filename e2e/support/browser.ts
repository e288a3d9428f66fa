/** Finds a Chromium that runs on this machine, or installs one. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { StartError } from '../../lib/start-error.ts';

const PLAYWRIGHT_CLI = fileURLToPath(new URL('../../node_modules/playwright/cli.js', import.meta.url));
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** No sandbox, because containers run as root; no requests to anything but the server under test. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Undefined if none is installed. Throws `StartError` if `CHROMIUM_PATH` is wrong. */
export function findBrowser(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named && !runs(named))
    throw new StartError(`CHROMIUM_PATH is ${named}, which cannot be run: correct or unset it.`);
  return named || places().find((place) => existsSync(place) && runs(place));
}

/** Throws `StartError`, with what to do, if none can be installed. */
export function obtainBrowser(): string {
  const installed = findBrowser();
  if (installed) return installed;
  console.log('Getting a Chromium …');
  for (const get of [downloadWithPlaywright, installWithApt]) {
    get();
    const obtained = findBrowser();
    if (obtained) return obtained;
  }
  throw new StartError(
    'The browser tests need Chromium, which is not installed and could not be got: install it, or set CHROMIUM_PATH to one.',
  );
}

function places(): string[] {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const windows = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'));
  return [...onPath, ...MAC_PLACES, ...windows, chromium.executablePath()];
}

/** A downloaded one may lack system libraries. On Windows asking for the version opens a window, so the file is enough. */
function runs(path: string): boolean {
  if (process.platform === 'win32') return existsSync(path);
  return spawnSync(path, ['--version', ...CHROMIUM_ARGS], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

function downloadWithPlaywright(): void {
  spawnSync(process.execPath, [PLAYWRIGHT_CLI, 'install', 'chromium'], { stdio: 'ignore', timeout: 300_000 });
}

function installWithApt(): void {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update'], { env, stdio: 'ignore' });
  spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], { env, stdio: 'ignore' });
}
