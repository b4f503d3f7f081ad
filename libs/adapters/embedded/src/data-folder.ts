import type { Clock, Random } from '@ledger/ports';
import { join, resolve } from 'node:path';
import { DiskFiles, madeFolder } from './disk-files';
import { EmbeddedEventStore } from './embedded-event-store';
import { EmbeddedKeyStore } from './embedded-key-store';
import { EmbeddedMeterFeed } from './embedded-meter-feed';
import { EmbeddedReadModel } from './embedded-read-model';
import { lockFolder } from './folder-lock';
import { EMBEDDED_LIMITS } from './limits';
import { SystemClock } from './system-clock';
import { SystemRandom } from './system-random';

/** All that the ledger keeps on this machine, opened and owned by this process. */
export interface DataFolder {
  /** The absolute path. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EmbeddedEventStore;
  readonly feed: EmbeddedMeterFeed;
  readonly readModel: EmbeddedReadModel;
  readonly keys: EmbeddedKeyStore;
  readonly files: DiskFiles;
  /** Stops followers and consumers, writes what waits, closes all and gives the folder up. */
  close(): Promise<void>;
}

/** Other than the machine's clock and chance, and the partitions of the topics of a new folder. */
export interface DataFolderOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly feedPartitions?: number;
}

/**
 * Opens a data folder, and makes it where there is none. Errors by their
 * code: `data-folder-in-use` where another process owns it, `bad-key-file` where the keys cannot be opened, `storage-fault`.
 */
export async function openDataFolder(path: string, options: DataFolderOptions = {}): Promise<DataFolder> {
  const folder = resolve(path);
  await madeFolder(folder);
  const lock = lockFolder(folder);
  const opened: { close(): Promise<void> }[] = [
    {
      close: async () => {
        lock.release();
      },
    },
  ];
  const keep = <Port extends { close(): Promise<void> }>(port: Port): Port => {
    opened.unshift(port);
    return port;
  };
  const close = async (): Promise<void> => {
    for (const port of opened.splice(0)) await port.close();
  };
  const {
    clock = new SystemClock(),
    random = new SystemRandom(),
    feedPartitions = EMBEDDED_LIMITS.feedPartitions,
  } = options;
  try {
    const files = new DiskFiles(join(folder, 'files'));
    await files.sweep();
    const encryptionKeyFile = join(folder, 'key-encryption.key');
    return {
      path: folder,
      clock,
      random,
      files,
      keys: keep(new EmbeddedKeyStore({ path: join(folder, 'keys.db'), encryptionKeyFile, clock, random })),
      readModel: keep(new EmbeddedReadModel(join(folder, 'read-model.db'))),
      events: keep(new EmbeddedEventStore(join(folder, 'events.db'), clock)),
      feed: keep(new EmbeddedMeterFeed(join(folder, 'feed.db'), clock, feedPartitions)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
