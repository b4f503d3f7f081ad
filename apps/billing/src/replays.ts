import { Problem } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import type { Instant } from '@ledger/units';
import { compareReplay } from '@ledger/usecases';
import type { ReplayComparison } from '@ledger/usecases';

/** Replays that run at the same time, and finished ones that stay to be asked for. */
export const REPLAYS_RUNNING_MAX = 1;
export const REPLAYS_KEPT_MAX = 20;

/** A replay and how far it is. */
export interface ReplayState {
  readonly id: string;
  readonly status: 'running' | 'done' | 'failed';
  readonly done: number;
  readonly of: number;
  readonly report?: ReplayComparison;
  readonly reason?: string;
}

/** The replays of this process. */
export class Replays {
  private readonly states = new Map<string, ReplayState>();

  constructor(private readonly runtime: Runtime) {}

  /** Begins a replay in the background. @throws Problem too-many-requests while another one runs */
  begin(asOf: Instant | undefined): ReplayState {
    const running = [...this.states.values()].filter(({ status }) => status === 'running');
    if (running.length >= REPLAYS_RUNNING_MAX) {
      throw new Problem('too-many-requests', `replay ${running[0]?.id ?? ''} is running; one at a time`);
    }
    const id = this.runtime.engines.random.uuid();
    const state: ReplayState = { id, status: 'running', done: 0, of: 0 };
    this.keep(state);
    void this.run(id, asOf);
    return state;
  }

  find(id: string): ReplayState | undefined {
    return this.states.get(id);
  }

  private async run(id: string, asOf: Instant | undefined): Promise<void> {
    const { engines, tenant, logger } = this.runtime;
    try {
      const report = await compareReplay(
        { store: engines.store, model: engines.readModel },
        {
          tenant,
          ...(asOf === undefined ? {} : { asOf }),
          onProgress: ({ done, of }) => {
            this.keep({ id, status: 'running', done, of });
          },
        },
      );
      const { done, of } = this.states.get(id) ?? { done: report.sessions, of: report.sessions };
      this.keep({ id, status: 'done', done, of, report });
    } catch (error) {
      logger.error({ err: error, replay: id }, 'a replay failed');
      this.keep({
        id,
        status: 'failed',
        done: 0,
        of: 0,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }

  private keep(state: ReplayState): void {
    this.states.set(state.id, state);
    for (const oldest of this.states.keys()) {
      if (this.states.size <= REPLAYS_KEPT_MAX) return;
      this.states.delete(oldest);
    }
  }
}
