/** Guard the folder of the embedded database. PGlite does not notice a second process, which would destroy its files. */
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from '../start-error.ts';

interface DataFolderGuard {
  /** Release the lock. The operating system also does so when the process ends. */
  release(): void;
}

/** The message is one sentence for the operator. */
export class DataFolderError extends StartError {
  /** Another process uses the folder. */
  readonly isInUse: boolean;

  constructor(message: string, { isInUse = false, ...options }: ErrorOptions & { isInUse?: boolean } = {}) {
    super(message, options);
    this.isInUse = isInUse;
  }
}

const LOCK_FILE = 'lock.sqlite';
const HOLDER_FILE = 'lock-holder.json';
/** Inside the data folder; PGlite's own. */
export const DATABASE_FOLDER = 'pglite';
const SQLITE_BUSY = 5;
/** Allowed in the folder: our own files, and what a new disk holds. */
const OWN_FILES = new Set([
  LOCK_FILE,
  `${LOCK_FILE}-journal`,
  HOLDER_FILE,
  'auth-secrets',
  DATABASE_FOLDER,
  'lost+found',
]);
const OTHER_USERS = 0o077;
const STICKY = 0o1000;

/**
 * Create the folder if missing, close it to other users and lock it for this process. The lock is SQLite's lock on an empty
 * database file, because the operating system drops it with the process (`kill -9` leaves nothing stale) and Node has no file
 * locks of its own.
 * Throws `DataFolderError`.
 */
export function guardDataFolder(dataDir: string, now: Date): DataFolderGuard {
  try {
    // PGlite creates files and folders open to every user.
    process.umask(OTHER_USERS);
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // The folder may come from a person or a volume.
    if (isOpenToOthers(dataDir)) {
      requireOwnFolder(dataDir);
      chmodSync(dataDir, 0o700);
    }
    const database = join(dataDir, DATABASE_FOLDER);
    if (existsSync(database) && isOpenToOthers(database)) chmodSync(database, 0o700);
    const lock = takeLock(dataDir, now);
    return { release: () => lock.close() };
  } catch (error) {
    throw asDataFolderError(dataDir, error);
  }
}

/** Return what `guardDataFolder` would throw, without changing anything. A missing folder is no problem. */
export function inspectDataFolder(dataDir: string): DataFolderError | undefined {
  try {
    const nearest = nearestEntry(dataDir);
    // The dot also makes a file of that name fail.
    accessSync(`${nearest}/.`, constants.W_OK);
    if (nearest !== dataDir) return undefined;
    if (isOpenToOthers(dataDir)) requireOwnFolder(dataDir);
    const lockFile = join(dataDir, LOCK_FILE);
    if (existsSync(lockFile)) readLock(lockFile);
    return undefined;
  } catch (error) {
    return asDataFolderError(dataDir, error);
  }
}

function nearestEntry(path: string): string {
  return existsSync(path) ? path : nearestEntry(dirname(path));
}

function isOpenToOthers(dataDir: string): boolean {
  return process.platform !== 'win32' && (statSync(dataDir).mode & OTHER_USERS) !== 0;
}

/** Throws `DataFolderError` for a folder that other programs use, such as `/tmp`. */
function requireOwnFolder(dataDir: string): void {
  const { mode, uid } = statSync(dataDir);
  const user = process.getuid?.();
  if (user !== 0 && user !== uid) {
    throw new DataFolderError(
      `The data folder ${dataDir} belongs to another user, and others can read it: set DATA_DIR to a folder of your own.`,
    );
  }
  if ((mode & STICKY) !== 0 || readdirSync(dataDir).some((name) => !OWN_FILES.has(name))) {
    throw new DataFolderError(
      `The data folder ${dataDir} holds other files, and others can read it: set DATA_DIR to a folder for Tandem alone.`,
    );
  }
}

function takeLock(dataDir: string, now: Date): DatabaseSync {
  const lock = new DatabaseSync(join(dataDir, LOCK_FILE));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    const holder = { pid: process.pid, startedAt: now.toISOString() };
    writeFileSync(join(dataDir, HOLDER_FILE), JSON.stringify(holder));
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Throws while another process holds the lock. */
function readLock(lockFile: string): void {
  const lock = new DatabaseSync(lockFile, { readOnly: true });
  try {
    lock.exec('SELECT count(*) FROM sqlite_schema');
  } finally {
    lock.close();
  }
}

function asDataFolderError(dataDir: string, error: unknown): DataFolderError {
  if (error instanceof DataFolderError) return error;
  const isInUse = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
  return new DataFolderError(isInUse ? inUseSentence(dataDir) : sentence(dataDir, error), { cause: error, isInUse });
}

function inUseSentence(dataDir: string): string {
  return `The data folder ${dataDir} is in use by ${describeHolder(dataDir)}: stop that one, or set DATA_DIR to another folder.`;
}

function sentence(dataDir: string, error: unknown): string {
  // What node:fs and node:sqlite throw.
  const { code, message } = error as { code?: string; message?: string };
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
