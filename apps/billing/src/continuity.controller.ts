import { RUNTIME, pageQuery } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { continuityPage, continuityTotals } from '@ledger/usecases';
import type { ContinuityPage, ContinuityQuestion, ContinuityTotals } from '@ledger/usecases';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';

/** Energy that meters counted and sessions do not tell of. */
@ApiTags('continuity')
@Controller('v1/continuity')
export class ContinuityController {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  @Get()
  @ApiOperation({
    summary: 'For each connector, what its meter counted beside what its sessions say, exactly',
    description:
      'advanceWh = sessionsWh + unbilledWh (between sessions) + missingWh (within sessions); fallenWh is what the register fell by when it was reset or exchanged. `from` and `to` bound the start of the sessions.',
  })
  @ApiQuery({ name: 'station', required: false })
  @ApiQuery({ name: 'from', required: false })
  @ApiQuery({ name: 'to', required: false })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false })
  list(@Query() query: Readonly<Record<string, unknown>>): Promise<ContinuityPage> {
    const { cursor, limit } = pageQuery(query, []);
    const place = cursor === undefined ? { limit } : { limit, cursor };
    return continuityPage(this.runtime.engines.readModel, this.questionIn(query), place);
  }

  @Get('totals')
  @ApiOperation({ summary: 'The sums over all connectors that match' })
  @ApiQuery({ name: 'station', required: false })
  @ApiQuery({ name: 'from', required: false })
  @ApiQuery({ name: 'to', required: false })
  totals(@Query() query: Readonly<Record<string, unknown>>): Promise<ContinuityTotals> {
    return continuityTotals(this.runtime.engines.readModel, this.questionIn(query));
  }

  private questionIn(query: Readonly<Record<string, unknown>>): ContinuityQuestion {
    const { where, from, to } = pageQuery(query, ['station']);
    return {
      tenant: this.runtime.tenant,
      ...(where?.station === undefined ? {} : { station: where.station }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
  }
}
