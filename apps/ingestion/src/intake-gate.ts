import { Problem, RUNTIME } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { Inject, Injectable } from '@nestjs/common';

/** Lets a bounded number of intake requests in at a time; the others are told to come back. */
@Injectable()
export class IntakeGate {
  private inside = 0;

  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  /** Runs the work, or refuses it when the gate is full. @throws Problem too-many-requests */
  async pass<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const limit = this.runtime.settings.LEDGER_INTAKE_REQUESTS;
    if (this.inside >= limit) {
      throw new Problem(
        'too-many-requests',
        `${limit} requests are being taken already (LEDGER_INTAKE_REQUESTS); try again`,
      );
    }
    this.inside += 1;
    try {
      return await work();
    } finally {
      this.inside -= 1;
    }
  }
}
