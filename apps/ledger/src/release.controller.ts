import { Problem, RUNTIME, dtoBody } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { releaseSession, storedBook } from '@ledger/usecases';
import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';

import { LedgerParts } from './ledger-parts';
import { ReleaseDto } from './release.dto';

/** Who answers while authentication is off and the caller gives no name. */
const ANONYMOUS = 'anonymous';

/** Lets a person answer for a held session. */
@ApiTags('sessions')
@Controller('v1/sessions')
export class ReleaseController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly parts: LedgerParts,
  ) {}

  @Post(':id/release')
  @HttpCode(200)
  @ApiOperation({ summary: 'Release a held session, with a reason; recorded as an event' })
  @ApiBody({ type: ReleaseDto })
  async release(@Param('id') id: string, @Body() body: unknown): Promise<{ session: string; status: string }> {
    const { reason, by = ANONYMOUS, rules } = dtoBody(ReleaseDto, body, this.runtime.settings.LEDGER_BODY_BYTES);
    const { tenant, engines } = this.runtime;
    const outcome = await releaseSession(
      {
        sessions: this.parts.sessions,
        model: engines.readModel,
        clock: engines.clock,
        bookOf: (of) => storedBook(engines.readModel, of),
      },
      { tenant, session: id, by, reason, ...(rules === undefined ? {} : { rules }) },
    );
    if (outcome.status === 'not-found') throw new Problem('not-found', `there is no session ${id}`);
    if (outcome.status === 'not-held') throw new Problem('not-held', `nothing that you answer for holds session ${id}`);
    return { session: id, status: outcome.status };
  }
}
