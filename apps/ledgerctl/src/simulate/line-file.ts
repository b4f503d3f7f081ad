import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';

import { badInput } from '../exit';

/** Characters that are gathered before they are written. */
const CHUNK_LENGTH = 65_536;

/** Lines on their way to a file or to standard output; whoever writes waits while the other side is busy. */
export class LineFile {
  private pending = '';

  private constructor(
    private readonly stream: Writable,
    private readonly isOurs: boolean,
  ) {}

  /** Opens a file anew; `-` is standard output. @throws CommandFailed when it cannot be written */
  static async open(path: string): Promise<LineFile> {
    if (path === '-') return new LineFile(process.stdout, false);
    const stream = createWriteStream(path);
    try {
      await once(stream, 'open');
    } catch (error) {
      throw badInput(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`, error);
    }
    return new LineFile(stream, true);
  }

  async write(line: string): Promise<void> {
    this.pending += `${line}\n`;
    if (this.pending.length >= CHUNK_LENGTH) await this.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    if (!this.isOurs) return;
    this.stream.end();
    await once(this.stream, 'finish');
  }

  private async flush(): Promise<void> {
    const { pending } = this;
    this.pending = '';
    if (pending !== '' && !this.stream.write(pending)) await once(this.stream, 'drain');
  }
}
