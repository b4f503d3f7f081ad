import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process owns the data folder. `pid` is known where that process wrote it down. */
class DataFolderInUse extends Error {
  readonly code = 'data-folder-in-use';
  constructor(
    readonly folder: string,
    readonly pid: number | undefined,
    options?: ErrorOptions,
  ) {
    super(`${folder} is in use by another process${pid === undefined ? '' : ` (pid ${pid})`}: stop it first`, options);
  }
}

/** The ownership of a data folder. */
export interface FolderLock {
  release(): void;
}

/** SQLite's code for a file that somebody else has locked. */
const SQLITE_BUSY = 5;

/**
 * Takes the ownership of a folder: an exclusive transaction on a file of its own, held for as long as the process lives. The
 * operating system drops it with the process, however that ends. @throws DataFolderInUse
 */
export function lockFolder(folder: string): FolderLock {
  const pidFile = join(folder, 'owner.pid');
  const connection = new DatabaseSync(join(folder, 'owner.lock'), { timeout: 0 });
  try {
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (isBusy(error)) throw new DataFolderInUse(folder, readPid(pidFile), { cause: error });
    throw error;
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release: () => {
      connection.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function readPid(pidFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
