import { Problem, RUNTIME, pageQuery } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { openQuarantined, readQuarantined, retryQuarantined } from '@ledger/usecases';
import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';

/** What could not be understood: kept whole, to be looked at and tried again after a fix. */
@ApiTags('quarantine')
@Controller('v1/quarantine')
export class QuarantineController {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  @Get()
  @ApiOperation({ summary: 'Quarantined messages, newest first, without their content' })
  @ApiQuery({ name: 'gateway', required: false })
  @ApiQuery({ name: 'code', required: false })
  @ApiQuery({ name: 'status', required: false, enum: ['kept', 'accepted'] })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false })
  async list(@Query() query: Readonly<Record<string, unknown>>): Promise<{ items: unknown[]; next?: string }> {
    const asked = pageQuery(query, ['gateway', 'code', 'status']);
    const page = await this.runtime.engines.readModel.page({
      ...asked,
      table: 'quarantine',
      tenant: this.runtime.tenant,
    });
    const items = page.rows.map(({ body }) => withoutSeal(body));
    return page.next === undefined ? { items } : { items, next: page.next };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One quarantined message with its content as it came' })
  async find(@Param('id') id: string): Promise<unknown> {
    const { engines, tenant } = this.runtime;
    const row = await engines.readModel.get('quarantine', tenant, id);
    if (row === undefined) throw new Problem('not-found', `nothing is in quarantine under ${id}`);
    const clear = await openQuarantined(engines, readQuarantined(Buffer.from(row.body)));
    const content = clear.ok
      ? { content: Buffer.from(clear.bytes).toString('utf8') }
      : { contentMissing: clear.reason };
    return { ...withoutSeal(row.body), ...content };
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take the message once more, as it came' })
  async retry(@Param('id') id: string): Promise<{ id: string; status: string; accepted: number }> {
    const { engines, tenant, crash } = this.runtime;
    const outcome = await retryQuarantined({ ...engines, crash, model: engines.readModel }, tenant, id);
    switch (outcome.status) {
      case 'accepted':
        return { id, status: 'accepted', accepted: outcome.accepted };
      case 'refused':
        throw new Problem('still-not-understood', `refused again: ${outcome.reason}`, [
          { code: outcome.code, pointer: '', because: outcome.reason },
        ]);
      case 'not-readable':
        throw new Problem('still-not-understood', outcome.reason);
      case 'not-found':
        throw new Problem('not-found', `nothing is in quarantine under ${id}`);
    }
  }
}

function withoutSeal(body: string): Readonly<Record<string, unknown>> {
  const { sealed, source, ...shown } = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return shown;
}
