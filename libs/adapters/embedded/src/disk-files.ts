import { StorageFault, type Files } from '@ledger/ports';
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** The folder, beside the files, in which new content is written before it takes a file's place. */
const ASIDE = '.aside';

/** Files below one folder. Content is written aside, synced and renamed, and the folder is synced: a crash leaves old or new. */
export class DiskFiles implements Files {
  private fault: StorageFault | undefined;

  constructor(private readonly folder: string) {}

  async read(path: string): Promise<Uint8Array | undefined> {
    const file = this.locate(path);
    return this.guard(async () => {
      try {
        return await readFile(file);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    const file = this.locate(path);
    await this.guard(async () => {
      const aside = join(this.folder, ASIDE, randomUUID());
      await madeFolder(dirname(aside));
      await withHandle(aside, 'w', async (handle) => {
        await handle.writeFile(content);
        await handle.sync();
      });
      await madeFolder(dirname(file));
      await rename(aside, file);
      await syncFolder(dirname(file));
    });
  }

  async remove(path: string): Promise<void> {
    const file = this.locate(path);
    await this.guard(async () => {
      try {
        await rm(file);
      } catch (error) {
        if (isMissing(error)) return;
        throw error;
      }
      await syncFolder(dirname(file));
    });
  }

  /** Removes what crashes left aside. Call it before the first write of a process. */
  async sweep(): Promise<void> {
    await this.guard(() => rm(join(this.folder, ASIDE), { recursive: true, force: true }));
  }

  private locate(path: string): string {
    const file = resolve(this.folder, path);
    const inside = relative(this.folder, file);
    const isInside = inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !inside.startsWith(ASIDE);
    if (isAbsolute(path) || !isInside) throw new RangeError(`"${path}" is no path below the folder`);
    return file;
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.fault !== undefined) throw this.fault;
    try {
      return await work();
    } catch (error) {
      this.fault = new StorageFault(`${this.folder}: ${error instanceof Error ? error.message : 'it failed'}`, {
        cause: error,
      });
      throw this.fault;
    }
  }
}

/** Makes a folder and its parents, durably. */
export async function madeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first) return;
  }
}

async function syncFolder(folder: string): Promise<void> {
  await withHandle(folder, 'r', (handle) => handle.sync());
}

async function withHandle(path: string, flags: string, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, flags);
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}
