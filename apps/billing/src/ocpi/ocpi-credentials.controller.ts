import { Problem, RUNTIME, dtoBody } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import type { JsonObject } from '@ledger/units';
import { Body, Controller, Delete, Get, Inject, Param, Post, Put, Req, Res, UseFilters } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { CredentialsDto } from './credentials.dto';
import { OcpiFilter, sendData } from './envelope';
import { baseUrl, ownParty, versionIn } from './exchange';
import { Partners } from './partners';
import type { NewPartner, Partner } from './partners';

/**
 * Registration of partners (OCPI 2.3.0, Credentials, section 7). A partner registers with the token of the settings and
 * gets its own. The ledger is pulled and never calls: it does not fetch a partner's endpoints and keeps none of its secrets.
 */
@ApiTags('ocpi')
@UseFilters(OcpiFilter)
@Controller('ocpi/:version/credentials')
export class OcpiCredentialsController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly partners: Partners,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The credentials of this ledger for the caller' })
  async find(
    @Param('version') version: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    versionIn(version);
    const { token } = await this.partners.callerOf(request.headers.authorization);
    this.answer(request, reply, this.credentials(request, token));
  }

  @Post()
  @ApiOperation({ summary: 'Register; the answer holds the token for everything else' })
  @ApiBody({ type: CredentialsDto })
  async register(
    @Param('version') version: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const caller = await this.partners.callerOf(request.headers.authorization);
    if (caller.kind === 'partner') throw new Problem('method-not-allowed', 'the partner is registered; use PUT');
    const token = await this.partners.register(this.partnerIn(version, body));
    this.answer(request, reply, this.credentials(request, token));
  }

  @Put()
  @ApiOperation({ summary: 'Change what was registered; the answer holds a new token' })
  @ApiBody({ type: CredentialsDto })
  async update(
    @Param('version') version: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const known = await this.registered(request);
    const token = await this.partners.update(known, this.partnerIn(version, body));
    this.answer(request, reply, this.credentials(request, token));
  }

  @Delete()
  @ApiOperation({ summary: 'Unregister' })
  async remove(
    @Param('version') version: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    versionIn(version);
    await this.partners.remove(await this.registered(request));
    this.answer(request, reply, undefined);
  }

  private async registered(request: FastifyRequest): Promise<Partner> {
    const caller = await this.partners.callerOf(request.headers.authorization);
    if (caller.kind === 'partner') return caller.partner;
    throw new Problem('method-not-allowed', 'the partner is not registered; use POST');
  }

  private partnerIn(path: string, body: unknown): NewPartner {
    const version = versionIn(path);
    const { url, roles } = dtoBody(CredentialsDto, body, this.runtime.settings.LEDGER_BODY_BYTES);
    return {
      version,
      url,
      roles: roles.map(({ role, country_code: countryCode, party_id: partyId }) => ({ role, countryCode, partyId })),
    };
  }

  private credentials(request: FastifyRequest, token: string): JsonObject {
    const { countryCode, partyId } = ownParty(this.runtime);
    return {
      token,
      url: `${baseUrl(this.runtime, request)}/versions`,
      roles: [
        {
          role: 'CPO',
          business_details: { name: this.runtime.settings.LEDGER_OCPI_NAME },
          party_id: partyId,
          country_code: countryCode,
        },
      ],
    };
  }

  private answer(request: FastifyRequest, reply: FastifyReply, data: JsonObject | undefined): void {
    sendData({ request, reply, timestamp: this.runtime.engines.clock.now() }, data);
  }
}
