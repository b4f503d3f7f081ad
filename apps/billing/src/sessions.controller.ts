import { Problem, RUNTIME, pageQuery, queryText } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { HISTORY_EVENTS_MAX, findCharge, findSession, listSessions, sessionHistory } from '@ledger/usecases';
import type { ChargeView, SessionView, Views } from '@ledger/usecases';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';

import { BillingParts } from './billing-parts';

/** Sessions as drivers, operators and finance read them. */
@ApiTags('sessions')
@Controller('v1/sessions')
export class SessionsController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly parts: BillingParts,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Sessions, newest first', description: '`from` and `to` bound the start of the session.' })
  @ApiQuery({ name: 'station', required: false })
  @ApiQuery({ name: 'connector', required: false })
  @ApiQuery({ name: 'status', required: false, enum: ['open', 'closed', 'provisional', 'held'] })
  @ApiQuery({ name: 'subject', required: false })
  @ApiQuery({ name: 'location', required: false })
  @ApiQuery({ name: 'from', required: false })
  @ApiQuery({ name: 'to', required: false })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false })
  list(@Query() query: Readonly<Record<string, unknown>>): Promise<Views<SessionView>> {
    const asked = pageQuery(query, ['station', 'connector', 'status', 'subject', 'location']);
    return listSessions(this.parts, { ...asked, tenant: this.runtime.tenant });
  }

  @Get(':id')
  @ApiOperation({ summary: 'One session: energy, times, periods, findings, and its charge in short' })
  async find(@Param('id') id: string): Promise<SessionView> {
    const view = await findSession(this.parts, this.runtime.tenant, id);
    if (view === undefined) throw new Problem('not-found', `there is no session ${id}`);
    return view;
  }

  @Get(':id/history')
  @ApiOperation({ summary: 'The stored events of a session, in order; `from` is a revision' })
  @ApiQuery({ name: 'from', required: false })
  async history(
    @Param('id') id: string,
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<{ items: unknown[]; next?: string }> {
    await this.find(id);
    const from = queryText(query, 'from') ?? '0';
    if (!/^\d{1,15}$/.test(from)) throw new Problem('bad-query', 'from must be a revision, a number from 0');
    const events = await sessionHistory(this.parts, id, { from: BigInt(from), max: HISTORY_EVENTS_MAX });
    const items = events.map(({ stream, revision, id: event, type, data, metadata, recordedAt, position }) => ({
      stream,
      revision: `${revision}`,
      id: event,
      type,
      data: JSON.parse(data) as unknown,
      metadata: JSON.parse(metadata) as unknown,
      recordedAt,
      position: `${position}`,
    }));
    const last = events.at(-1);
    return events.length < HISTORY_EVENTS_MAX || last === undefined
      ? { items }
      : { items, next: `${last.revision + 1n}` };
  }

  @Get(':id/charge')
  @ApiOperation({
    summary: 'What the session costs, line by line; the running cost of an open session is marked provisional',
  })
  async charge(@Param('id') id: string): Promise<ChargeView> {
    const view = await findCharge(this.parts, this.runtime.tenant, id);
    if (view === undefined) throw new Problem('not-found', `there is no session ${id}`);
    return view;
  }
}
