import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of its own, in memory, that a test can fill. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all the space that is left. */
  fill(): void;
  /** Gives the space back. */
  free(): void;
  remove(): Promise<void>;
}

/** Whether this user may mount a file system; without it no disk can be filled. */
export const MAY_MOUNT = mayMount();

function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-disk-'));
  const isMounted = spawnSync('mount', mounting(1, folder)).status === 0;
  if (isMounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
}

function mounting(megabytes: number, folder: string): string[] {
  return ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', folder];
}

/** Mounts one of so many megabytes. */
export async function smallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-disk-'));
  await run('mount', mounting(megabytes, folder));
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      try {
        // More than there is: others write meanwhile, and no byte may be left to them.
        writeFileSync(ballast, Buffer.alloc((bavail + 1) * bsize), { flag: 'a' });
      } catch (error) {
        if (Reflect.get(Object(error), 'code') !== 'ENOSPC') throw error;
      }
    },
    free() {
      rmSync(ballast);
    },
    async remove() {
      await run('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
