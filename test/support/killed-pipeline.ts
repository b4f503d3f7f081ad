import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Pipeline } from './pipeline';

/** Thrown where the process was killed; nothing behind it happens. */
export class Killed extends Error {}

/** Lives that one run may take at most. */
const LIVES_MAX = 10;

/**
 * Kills a pipeline in this process when it reaches a step for the n-th time. What a killed process leaves are its files as
 * they are at that moment: they are copied there and then, and the next life opens the copy. Whatever the dead one still
 * does meanwhile goes to files that nobody reads again.
 */
export class KilledPipeline {
  private left: number;
  private snapshot: string | undefined;
  /** How often the pipeline was killed. */
  kills = 0;

  constructor(
    private readonly pipeline: Pipeline,
    private readonly at: { readonly step: string; readonly n: number },
  ) {
    this.left = at.n;
    pipeline.crash = (step) => this.reach(step);
  }

  /** Does the work; where it is killed, begins a new life and does the work again. */
  async survive<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    for (let life = 1; ; life += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Killed) || life >= LIVES_MAX) throw error;
        await this.revive();
      }
    }
  }

  private reach(step: string): void {
    if (this.snapshot !== undefined) throw new Killed(`dead since ${this.at.step}`);
    if (this.kills > 0 || step !== this.at.step) return;
    this.left -= 1;
    if (this.left > 0) return;
    this.kills += 1;
    this.snapshot = mkdtempSync(join(tmpdir(), 'ledger-'));
    // The shared-memory file is an index that SQLite makes anew from the log; a copy of it would not fit.
    cpSync(this.pipeline.folder, this.snapshot, { recursive: true, filter: (path) => !path.endsWith('-shm') });
    throw new Killed(`killed at ${step}`);
  }

  private async revive(): Promise<void> {
    const { folder } = this.pipeline;
    await this.pipeline.restart(this.snapshot);
    this.snapshot = undefined;
    rmSync(folder, { recursive: true, force: true });
  }
}
