/** Guards the folder of the embedded database: PGlite does not notice a second process, which would destroy its files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface DataFolderGuard {
  /** Lets the next process in; the end of the process, however it comes, does the same. */
  release(): void;
}

/** The message is one sentence for the person who started the second process, or whose disk it is. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

const LOCK_FILE = 'lock.sqlite';
const HOLDER_FILE = 'lock-holder.json';
const SQLITE_BUSY = 5;

/**
 * Makes the folder if need be and takes it for this process. The lock is SQLite's lock on an empty database file, because the
 * operating system drops it with the process (`kill -9` leaves nothing stale) and Node has no file locks of its own.
 * Throws `DataFolderError`.
 */
export function guardDataFolder(dataDir: string, now: Date): DataFolderGuard {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const lock = takeLock(dataDir, { pid: process.pid, startedAt: now.toISOString() });
    return { release: () => lock.close() };
  } catch (error) {
    throw new DataFolderError(sentence(dataDir, error), { cause: error });
  }
}

interface Holder {
  pid: number;
  startedAt: string;
}

function takeLock(dataDir: string, holder: Holder): DatabaseSync {
  const lock = new DatabaseSync(join(dataDir, LOCK_FILE));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeFileSync(join(dataDir, HOLDER_FILE), JSON.stringify(holder));
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

function sentence(dataDir: string, error: unknown): string {
  // What node:fs and node:sqlite throw.
  const { code, errcode, message } = error as { code?: string; errcode?: number; message?: string };
  if (errcode === SQLITE_BUSY) {
    return `The data folder ${dataDir} is in use by ${describeHolder(dataDir)}: stop that one, or set DATA_DIR to another folder.`;
  }
  if (code === 'ENOSPC' || code === 'EDQUOT' || /disk is full/i.test(message ?? '')) {
    return `The data folder ${dataDir} cannot be written because the disk is full: make room, or set DATA_DIR to another disk.`;
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return `The data folder ${dataDir} cannot be made because a file of that name is in the way: set DATA_DIR to another path.`;
  }
  return `The data folder ${dataDir} cannot be written (${code === 'ERR_SQLITE_ERROR' ? message : code}): make it writable for this user, or set DATA_DIR to another folder.`;
}

function describeHolder(dataDir: string): string {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(join(dataDir, HOLDER_FILE), 'utf8'));
    return `process ${Number(pid)}, running since ${new Date(startedAt).toISOString()}`;
  } catch {
    return 'another process';
  }
}
