import { Problem, RUNTIME, queryText } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { isJsonArray, isJsonObject, parseInstant } from '@ledger/units';
import type { Instant, JsonObject } from '@ledger/units';
import { ROAMING_KINDS, Roaming } from '@ledger/usecases';
import type { RoamingKind, RoamingPage } from '@ledger/usecases';
import { Controller, Get, Inject, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { OcpiFilter, sendData } from './envelope';
import { baseUrl, ownParty, versionIn } from './exchange';
import { Partners } from './partners';

/** Objects of one page at most, and unless a partner asks for another number. */
export const OCPI_PAGE_MAX = 100;

/** What a partner pulls: sessions, CDRs, tariffs and locations, as sender (OCPI 2.3.0, Transport and format, section 4.1.6). */
@ApiTags('ocpi')
@UseFilters(OcpiFilter)
@Controller('ocpi/:version')
export class OcpiModulesController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly partners: Partners,
    private readonly roaming: Roaming,
  ) {}

  @Get(':module')
  @ApiOperation({
    summary: 'A page of sessions, cdrs, tariffs or locations, the oldest change first',
    description:
      '`date_from` (inclusive) and `date_to` (exclusive) bound `last_updated`; `Link` names the next page, which goes on behind this one whatever changes meanwhile.',
  })
  @ApiQuery({ name: 'date_from', required: false })
  @ApiQuery({ name: 'date_to', required: false })
  @ApiQuery({ name: 'offset', required: false })
  @ApiQuery({ name: 'limit', required: false })
  @ApiQuery({ name: 'after', required: false, description: 'only as `Link` gives it' })
  async list(
    @Param() path: { readonly version: string; readonly module: string },
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.partners.partnerOf(request.headers.authorization);
    const version = versionIn(path.version);
    const kind = kindIn(path.module);
    const { tenant } = this.runtime;
    const offset = countIn(query, 'offset', 0);
    const limit = Math.min(countIn(query, 'limit', OCPI_PAGE_MAX), OCPI_PAGE_MAX);
    const after = queryText(query, 'after');
    const page = await this.roaming.page({
      tenant,
      version,
      kind,
      ...dateIn(query, 'date_from', 'from'),
      ...dateIn(query, 'date_to', 'to'),
      ...(after === undefined ? {} : { after }),
      offset,
      limit,
      party: ownParty(this.runtime),
    });
    this.logLeftOut(page, kind);
    void reply.header('x-total-count', `${page.total}`).header('x-limit', `${OCPI_PAGE_MAX}`);
    if (page.next !== undefined) {
      const next = nextUrl(`${baseUrl(this.runtime, request)}/${version}/${kind}`, query, {
        offset: offset + limit,
        limit,
        after: page.next,
      });
      void reply.header('link', `<${next}>; rel="next"`);
    }
    const { length } = page.leftOut;
    const message = length === 0 ? 'Success' : `Success; ${length} of this page cannot be said in OCPI ${version}`;
    sendData({ request, reply, timestamp: this.runtime.engines.clock.now() }, page.objects, message);
  }

  @Get(':module/:id')
  @ApiOperation({ summary: 'One location' })
  async location(
    @Param() path: { readonly version: string; readonly module: string; readonly id: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.partners.partnerOf(request.headers.authorization);
    this.sendPart(request, reply, await this.locationIn(path));
  }

  @Get(':module/:id/:evse')
  @ApiOperation({ summary: 'One EVSE of a location' })
  async evse(
    @Param() path: { readonly version: string; readonly module: string; readonly id: string; readonly evse: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.partners.partnerOf(request.headers.authorization);
    this.sendPart(request, reply, itemIn(await this.locationIn(path), 'evses', { uid: path.evse }));
  }

  @Get(':module/:id/:evse/:connector')
  @ApiOperation({ summary: 'One connector of an EVSE' })
  async connector(
    @Param()
    path: {
      readonly version: string;
      readonly module: string;
      readonly id: string;
      readonly evse: string;
      readonly connector: string;
    },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.partners.partnerOf(request.headers.authorization);
    const evse = itemIn(await this.locationIn(path), 'evses', { uid: path.evse });
    this.sendPart(request, reply, itemIn(evse, 'connectors', { id: path.connector }));
  }

  private async locationIn(path: {
    readonly version: string;
    readonly module: string;
    readonly id: string;
  }): Promise<JsonObject | undefined> {
    const version = versionIn(path.version);
    if (kindIn(path.module) !== 'locations') return undefined;
    const { tenant } = this.runtime;
    const found = await this.roaming.location({ tenant, version, party: ownParty(this.runtime) }, path.id);
    return found?.ok === true ? found.object : undefined;
  }

  private sendPart(request: FastifyRequest, reply: FastifyReply, part: JsonObject | undefined): void {
    if (part === undefined) throw new Problem('not-found', 'there is no such object');
    sendData({ request, reply, timestamp: this.runtime.engines.clock.now() }, part);
  }

  private logLeftOut({ leftOut }: RoamingPage, kind: RoamingKind): void {
    const [first] = leftOut;
    if (first === undefined) return;
    this.runtime.logger.warn({ kind, count: leftOut.length, first }, 'objects cannot be said in OCPI and are left out');
  }
}

function kindIn(name: string): RoamingKind {
  const kind = ROAMING_KINDS.find((one) => one === name);
  if (kind === undefined) throw new Problem('not-found', `there is no module ${name.slice(0, 40)}`);
  return kind;
}

function dateIn<Name extends string>(
  query: Readonly<Record<string, unknown>>,
  name: string,
  as: Name,
): Partial<Record<Name, Instant>> {
  const text = queryText(query, name);
  if (text === undefined) return {};
  const instant = parseInstant(text);
  if (instant === undefined) throw new Problem('bad-query', `${name} must be a date and time in UTC`);
  return Object.fromEntries([[as, instant]]) as Partial<Record<Name, Instant>>;
}

function countIn(query: Readonly<Record<string, unknown>>, name: string, otherwise: number): number {
  const text = queryText(query, name);
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new Problem('bad-query', `${name} must be a number from 0`);
  if (name === 'limit' && /^0+$/.test(text)) throw new Problem('bad-query', 'limit must be at least 1');
  return Number(text);
}

function nextUrl(
  url: string,
  query: Readonly<Record<string, unknown>>,
  { offset, limit, after }: { readonly offset: number; readonly limit: number; readonly after: string },
): string {
  const next = new URLSearchParams({ offset: `${offset}`, limit: `${limit}`, after });
  for (const name of ['date_from', 'date_to']) {
    const text = queryText(query, name);
    if (text !== undefined) next.set(name, text);
  }
  return `${url}?${next.toString()}`;
}

/** An object of a list, by one of its members. */
function itemIn(
  owner: JsonObject | undefined,
  list: string,
  wanted: Readonly<Record<string, string>>,
): JsonObject | undefined {
  const items = owner?.[list];
  if (!isJsonArray(items)) return undefined;
  return items
    .filter(isJsonObject)
    .find((item) => Object.entries(wanted).every(([name, value]) => item[name] === value));
}
