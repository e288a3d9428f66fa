/** Explain in one sentence why the embedded database cannot be opened, and what to do. */
import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FOLDER } from './data-folder.ts';
import { firstLineOf, innermostCause } from './failures.ts';

/** PostgreSQL writes its log in files of 16 MB, and removes one that does not fit. */
const ROOM_NEEDED_BYTES = 17 * 1024 * 1024;

const OTHER_FOLDER = 'or set DATA_DIR to another folder';
const NO_ROOM = `because the disk is full: make room, ${OTHER_FOLDER}.`;
/** By WASI error number, which PGlite's file system reports. */
const FILE_PROBLEMS: Record<number, string> = {
  2: `because permission is denied: make it writable for this user, ${OTHER_FOLDER}.`,
  19: NO_ROOM,
  51: NO_ROOM,
  54: `because a file is in the way of a folder: move it away, ${OTHER_FOLDER}.`,
  63: `because permission is denied: make it writable for this user, ${OTHER_FOLDER}.`,
  69: `because the disk is read-only: make it writable, ${OTHER_FOLDER}.`,
};
const DAMAGED = `because its files are damaged or of another version: put back a backup of the folder, ${OTHER_FOLDER}.`;

/** PGlite takes such a folder for a new one and would overwrite it. */
export function lacksVersion(dataDir: string): boolean {
  const folder = join(dataDir, DATABASE_FOLDER);
  return existsSync(join(folder, 'base')) && !existsSync(join(folder, 'PG_VERSION'));
}

export function embeddedProblem(dataDir: string, error: unknown): string {
  return `The embedded database in ${dataDir} cannot be used ${cause(dataDir, innermostCause(error))}`;
}

function cause(dataDir: string, error: unknown): string {
  const known = isWasmFileError(error) ? FILE_PROBLEMS[error.errno] : undefined;
  if (known) return known;
  // PostgreSQL does not report its own error, so this checks the disk.
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize < ROOM_NEEDED_BYTES) return NO_ROOM;
  const reason = firstLineOf(error);
  if (lacksVersion(dataDir) || /^(Aborted|PGlite failed to initialize|unreachable)/.test(reason)) return DAMAGED;
  return `(${reason}): put back a backup of the folder, ${OTHER_FOLDER}.`;
}

/** PGlite's file system throws objects that are not `Error`s. */
function isWasmFileError(error: unknown): error is { errno: number } {
  return typeof error === 'object' && error !== null && 'errno' in error && typeof error.errno === 'number';
}
