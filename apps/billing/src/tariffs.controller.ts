import { Problem, RUNTIME, dtoBody, jsonBody } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { lintTariff, tariffDigest, tariffJson } from '@ledger/tariff';
import type { TariffAssignment, TariffScope } from '@ledger/tariff';
import { isJsonObject, parseInstant } from '@ledger/units';
import type { Publication } from '@ledger/usecases';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';

import { AssignmentDto } from './assignment.dto';
import type { ScopeDto } from './assignment.dto';
import { BillingParts } from './billing-parts';

/** OCPI tariffs: published versions, and who pays them. */
@ApiTags('tariffs')
@Controller('v1')
export class TariffsController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly parts: BillingParts,
  ) {}

  @Put('tariffs/:id')
  @ApiOperation({
    summary: 'Publish an OCPI Tariff, 2.2.1 or 2.3.0',
    description:
      'A new `last_updated` is a new version. A wrong tariff is refused with every finding; an odd one gets warnings.',
  })
  async put(@Param('id') id: string, @Body() body: unknown): Promise<unknown> {
    const value = jsonBody(body, this.runtime.settings.LEDGER_BODY_BYTES);
    if (isJsonObject(value) && value['id'] !== undefined && value['id'] !== id) {
      throw new Problem('object-refused', 'the id of the path and of the object differ', [
        { code: 'id-mismatch', pointer: '/id', because: `the path names ${id}` },
      ]);
    }
    return answerOf(id, await this.parts.publishing.tariff(value, this.publisher()));
  }

  @Get('tariffs')
  @ApiOperation({ summary: 'All published tariff versions, with their digests and what is odd about them' })
  async list(): Promise<{ items: unknown[] }> {
    const { tariffs } = await this.parts.bookOf(this.runtime.tenant);
    return {
      items: tariffs.tariffs.map((tariff) => ({
        tariff: tariffJson(tariff),
        digest: tariffDigest(tariff),
        warnings: lintTariff(tariff),
      })),
    };
  }

  @Get('tariff-assignments')
  @ApiOperation({ summary: 'All assignments of tariffs' })
  async assignments(): Promise<{ items: readonly TariffAssignment[] }> {
    const { tariffs } = await this.parts.bookOf(this.runtime.tenant);
    return { items: tariffs.assignments };
  }

  @Post('tariff-assignments')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say who pays a tariff',
    description: 'The most specific assignment that holds at the start of a session wins.',
  })
  @ApiBody({ type: AssignmentDto })
  async assign(@Body() body: unknown): Promise<unknown> {
    const { tariff, scope, from, to } = dtoBody(AssignmentDto, body, this.runtime.settings.LEDGER_BODY_BYTES);
    const start = parseInstant(from);
    const end = to === undefined ? undefined : parseInstant(to);
    if (start === undefined || (to !== undefined && end === undefined)) {
      throw new Problem('object-refused', 'from and to are dates and times', [
        { code: 'at-invalid', pointer: start === undefined ? '/from' : '/to', because: 'no such moment' },
      ]);
    }
    const assignment: TariffAssignment = {
      tariff,
      scope: scopeOf(scope),
      from: start,
      ...(end === undefined ? {} : { to: end }),
    };
    return answerOf(tariff, await this.parts.publishing.assignment(assignment, this.publisher()));
  }

  private publisher(): { tenant: string; correlation: string } {
    return { tenant: this.runtime.tenant, correlation: this.runtime.engines.random.uuid() };
  }
}

function scopeOf({ location, station, evse, connector, tokenGroup }: ScopeDto): TariffScope {
  return {
    ...(location === undefined ? {} : { location }),
    ...(station === undefined ? {} : { station }),
    ...(evse === undefined ? {} : { evse }),
    ...(connector === undefined ? {} : { connector }),
    ...(tokenGroup === undefined ? {} : { tokenGroup }),
  };
}

function answerOf(id: string, publication: Publication): unknown {
  if (publication.status === 'refused') throw new Problem('object-refused', 'it is refused', publication.findings);
  return { id, isNew: publication.isNew, warnings: publication.warnings };
}
