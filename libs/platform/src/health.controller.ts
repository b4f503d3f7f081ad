import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import { Problem } from './problems';
import { RUNTIME } from './runtime';
import type { Runtime } from './runtime';

/** Tells the truth about the process: a dead consumer is dead, an unreachable engine is not ready. */
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  @Get('health/live')
  @ApiOperation({ summary: 'Is the process alive? False once a consumer or projector died; restart it then.' })
  live(): { status: 'alive' } {
    if (!this.runtime.workers().isAlive())
      throw new Problem('not-available', 'a worker died; the process has to be restarted');
    return { status: 'alive' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'Can the process serve? Names the engine that cannot be reached.' })
  async ready(): Promise<{ status: 'ready' }> {
    if (!this.runtime.workers().isWorking()) throw new Problem('not-available', 'starting, stopping or dead');
    const { feed, store, readModel } = this.runtime.engines;
    const answers = await Promise.all([feed, store, readModel].map((engine) => engine.isReachable()));
    const names = ['feed', 'store', 'read model'].filter((_, at) => answers[at] !== true);
    if (names.length > 0) throw new Problem('not-available', `not reachable: ${names.join(', ')}`);
    return { status: 'ready' };
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Metrics in the text form of Prometheus.' })
  metrics(): Promise<string> {
    return this.runtime.metrics.metrics();
  }
}
