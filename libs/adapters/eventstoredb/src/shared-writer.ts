import type { Writer } from './writer';

/** The one writer of this process, and how many stores use it. */
interface Shared {
  readonly url: string;
  readonly writer: Writer;
  users: number;
}

let shared: Shared | undefined;

/**
 * Gives the writer of this process, made on first demand. The client keeps the appends that wait in a table for the whole
 * process: one failing connection fails all of them, and an answer that finds its entry gone ends the process. So stores on
 * the same server share the writer, and a store on another server is refused.
 */
export function takeWriter(url: string, make: () => Writer): Writer {
  if (shared !== undefined && shared.url !== url) {
    throw new Error('this process already has a store on another EventStoreDB; close that one first');
  }
  shared ??= { url, writer: make(), users: 0 };
  shared.users += 1;
  return shared.writer;
}

/** Gives the writer back; the last store closes it. */
export async function giveWriterBack(writer: Writer): Promise<void> {
  if (shared?.writer !== writer) return;
  shared.users -= 1;
  if (shared.users > 0) return;
  shared = undefined;
  await writer.close();
}
