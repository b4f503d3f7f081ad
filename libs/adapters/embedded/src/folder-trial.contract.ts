import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trial } from '@ledger/ports/trial.contract';

/** A fresh folder, and its removal. */
export function freshFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A trial of an adapter that keeps its files in one folder. */
export function folderTrial<Port extends { close(): Promise<void> }>(
  open: (folder: string) => Port | Promise<Port>,
): () => Promise<Trial<Port>> {
  return async () => {
    const { folder, remove } = freshFolder();
    let port = await open(folder);
    return {
      get port() {
        return port;
      },
      reopen: async () => {
        await port.close();
        port = await open(folder);
        return port;
      },
      end: async () => {
        await port.close();
        remove();
      },
    };
  };
}
