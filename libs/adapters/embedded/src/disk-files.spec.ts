import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from '@ledger/ports';
import { filesContract } from '@ledger/ports/files.contract';
import { reasonOf } from '@ledger/ports/trial.contract';
import { DiskFiles } from './disk-files';
import { freshFolder } from './folder-trial.contract';

filesContract('DiskFiles', async () => {
  const { folder, remove } = freshFolder();
  let port: Files = new DiskFiles(join(folder, 'files'));
  return {
    get port() {
      return port;
    },
    reopen: async () => (port = new DiskFiles(join(folder, 'files'))),
    end: async () => remove(),
  };
});

describe('DiskFiles', () => {
  it('leaves nothing aside, and sweeps what a crash left there', async () => {
    const { folder, remove } = freshFolder();
    const files = new DiskFiles(folder);
    await files.write('a/b', 'content');
    expect(readdirSync(join(folder, '.aside'))).toEqual([]);
    writeFileSync(join(folder, '.aside', 'left'), 'half');
    await files.sweep();
    expect(existsSync(join(folder, '.aside'))).toBe(false);
    remove();
  });

  it('refuses everything after a write that failed', async () => {
    const { folder, remove } = freshFolder();
    const files = new DiskFiles(folder);
    await files.write('a', 'content');
    mkdirSync(join(folder, 'taken'));
    writeFileSync(join(folder, 'taken', 'file'), '');
    expect(await reasonOf(files.write('taken', 'content'))).toMatchObject({ code: 'storage-fault' });
    expect(await reasonOf(files.read('a'))).toMatchObject({ code: 'storage-fault' });
    remove();
  });
});
