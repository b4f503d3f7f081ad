import { RUNTIME } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { OCPI_VERSIONS } from '@ledger/tariff';
import { ROAMING_KINDS } from '@ledger/usecases';
import { Controller, Get, Inject, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { OcpiFilter, sendData } from './envelope';
import { baseUrl, versionIn } from './exchange';
import { Partners } from './partners';

/** Which versions and modules of OCPI a partner finds here. */
@ApiTags('ocpi')
@UseFilters(OcpiFilter)
@Controller('ocpi')
export class OcpiVersionsController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly partners: Partners,
  ) {}

  @Get('versions')
  @ApiOperation({ summary: 'The versions of OCPI that are spoken here' })
  async versions(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.partners.callerOf(request.headers.authorization);
    const base = baseUrl(this.runtime, request);
    const versions = OCPI_VERSIONS.map((version) => ({ version, url: `${base}/${version}` }));
    sendData({ request, reply, timestamp: this.runtime.engines.clock.now() }, versions);
  }

  @Get(':version')
  @ApiOperation({ summary: 'The modules of one version and where they are' })
  async details(
    @Param('version') path: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.partners.callerOf(request.headers.authorization);
    const version = versionIn(path);
    const base = `${baseUrl(this.runtime, request)}/${version}`;
    const endpoints = ['credentials', ...ROAMING_KINDS].map((identifier) => ({
      identifier,
      role: 'SENDER',
      url: `${base}/${identifier}`,
    }));
    sendData({ request, reply, timestamp: this.runtime.engines.clock.now() }, { version, endpoints });
  }
}
