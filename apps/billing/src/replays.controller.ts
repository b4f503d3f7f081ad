import { Problem, RUNTIME, dtoBody } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { parseInstant } from '@ledger/units';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';

import { ReplayDto } from './replay.dto';
import { Replays } from './replays';
import type { ReplayState } from './replays';

/** Replays for finance: everything computed anew from the statements, and compared. */
@ApiTags('replays')
@Controller('v1/replays')
export class ReplaysController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly replays: Replays,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Begin a replay',
    description:
      'Computes every final assessment and charge anew from the statements alone and compares with the tables. Appends nothing.',
  })
  @ApiBody({ type: ReplayDto, required: false })
  begin(@Body() body: unknown): ReplayState {
    const { asOf } = dtoBody(
      ReplayDto,
      body === undefined || body === '' ? '{}' : body,
      this.runtime.settings.LEDGER_BODY_BYTES,
    );
    const moment = asOf === undefined ? undefined : parseInstant(asOf);
    if (asOf !== undefined && moment === undefined) throw new Problem('bad-request', 'asOf is a date and time');
    return this.replays.begin(moment);
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far a replay is, and what it found' })
  find(@Param('id') id: string): ReplayState {
    const state = this.replays.find(id);
    if (state === undefined)
      throw new Problem('not-found', `there is no replay ${id}; the last ones are kept until a restart`);
    return state;
  }
}
