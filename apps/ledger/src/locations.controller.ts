import { Problem, RUNTIME, jsonBody } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { isJsonObject } from '@ledger/units';
import { storedBook } from '@ledger/usecases';
import { Body, Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import { LedgerParts } from './ledger-parts';
import { PublishedDto } from './published.dto';

/** Where stations are: time zone and maximum power, as OCPI Locations. */
@ApiTags('locations')
@Controller('v1/locations')
export class LocationsController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly parts: LedgerParts,
  ) {}

  @Put(':id')
  @ApiOperation({
    summary: 'Publish an OCPI Location',
    description:
      'A new `last_updated` is a new version; the newest one counts. The same version again changes nothing.',
  })
  async put(@Param('id') id: string, @Body() body: unknown): Promise<PublishedDto> {
    const value = jsonBody(body, this.runtime.settings.LEDGER_BODY_BYTES);
    if (isJsonObject(value) && value['id'] !== undefined && value['id'] !== id) {
      throw new Problem('object-refused', 'the id of the path and of the object differ', [
        { code: 'id-mismatch', pointer: '/id', because: `the path names ${id}` },
      ]);
    }
    const { tenant, engines } = this.runtime;
    const publication = await this.parts.publishing.location(value, { tenant, correlation: engines.random.uuid() });
    if (publication.status === 'refused')
      throw new Problem('object-refused', 'the location is refused', publication.findings);
    return { id, isNew: publication.isNew, warnings: [...publication.warnings] };
  }

  @Get()
  @ApiOperation({ summary: 'All locations, as OCPI objects in canonical form' })
  async list(): Promise<{ items: unknown[] }> {
    const { locations } = await storedBook(this.runtime.engines.readModel, this.runtime.tenant);
    return { items: [...locations.values()].map(({ ocpi }) => JSON.parse(ocpi) as unknown) };
  }
}
