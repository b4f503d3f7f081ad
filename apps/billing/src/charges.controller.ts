import { Problem, RUNTIME, pageQuery } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';

const FILTERS = ['station', 'state', 'currency', 'location', 'tariff'] as const;

/** Charges with their lines and reasons. */
@ApiTags('charges')
@Controller('v1/charges')
export class ChargesController {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  @Get()
  @ApiOperation({ summary: 'Charges, newest first', description: '`from` and `to` bound the end of the session.' })
  @ApiQuery({ name: 'station', required: false })
  @ApiQuery({ name: 'state', required: false, enum: ['final', 'held', 'unpriced'] })
  @ApiQuery({ name: 'currency', required: false })
  @ApiQuery({ name: 'location', required: false })
  @ApiQuery({ name: 'tariff', required: false })
  @ApiQuery({ name: 'from', required: false })
  @ApiQuery({ name: 'to', required: false })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false })
  async list(@Query() query: Readonly<Record<string, unknown>>): Promise<{ items: unknown[]; next?: string }> {
    const page = await this.runtime.engines.readModel.page({
      ...pageQuery(query, FILTERS),
      table: 'charges',
      tenant: this.runtime.tenant,
    });
    const items = page.rows.map(({ body }) => JSON.parse(body) as unknown);
    return page.next === undefined ? { items } : { items, next: page.next };
  }

  @Get('totals')
  @ApiOperation({ summary: 'Exact sums of the charges that match, by currency: count, money with taxes, energy in Wh' })
  async totals(@Query() query: Readonly<Record<string, unknown>>): Promise<{ items: unknown[] }> {
    const { where, from, to } = pageQuery(query, FILTERS);
    const totals = await this.runtime.engines.readModel.totals({
      table: 'charges',
      tenant: this.runtime.tenant,
      ...(where === undefined ? {} : { where }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    return {
      items: totals.map(({ currency, count, amount, quantity }) => ({
        currency,
        count,
        totalInclTax: amount,
        energyWh: quantity,
      })),
    };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One charge by its id' })
  async find(@Param('id') id: string): Promise<unknown> {
    const { rows } = await this.runtime.engines.readModel.page({
      table: 'charges',
      tenant: this.runtime.tenant,
      where: { charge: id },
      order: 'newest-first',
      limit: 1,
    });
    const [row] = rows;
    if (row === undefined) throw new Problem('not-found', `there is no charge ${id}`);
    return JSON.parse(row.body) as unknown;
  }
}
