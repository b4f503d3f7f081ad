import { Problem, RUNTIME, queryText } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { gatewayOf } from '@ledger/meter';
import type { Verdict } from '@ledger/usecases';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';

import { ReceiptDto } from './receipt.dto';

/** Deliveries of one message that one answer lists. */
const DELIVERIES_LISTED_MAX = 100;

const VERDICTS: readonly Verdict[] = [
  'recorded',
  'duplicate',
  'conflicting',
  'late',
  'inferred',
  'quarantined',
  'no-fact',
];

/** Tells a producer what became of its message. */
@ApiTags('receipts')
@Controller('v1/receipts')
export class ReceiptsController {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  @Get()
  @ApiOperation({
    summary: 'What became of a message',
    description:
      'The verdict on the latest delivery of the message; the earlier deliveries follow in `earlier`, newest first.',
  })
  @ApiQuery({ name: 'gateway', description: 'The source of the message' })
  @ApiQuery({ name: 'id', description: 'The id of the message' })
  @ApiOkResponse({ type: ReceiptDto })
  async find(@Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const gateway = queryText(query, 'gateway');
    const message = queryText(query, 'id');
    if (gateway === undefined || message === undefined) throw new Problem('bad-query', 'gateway and id are required');
    const { rows } = await this.runtime.engines.readModel.page({
      table: 'receipts',
      tenant: this.runtime.tenant,
      where: { gateway: gatewayOf(gateway), message },
      order: 'newest-first',
      limit: DELIVERIES_LISTED_MAX,
    });
    const [latest, ...earlier] = rows.map(({ body }) => JSON.parse(body) as Readonly<Record<string, unknown>>);
    if (latest === undefined) {
      throw new Problem('not-found', 'no message of this gateway and id is answered yet; it may still be on its way');
    }
    return { ...latest, ...(earlier.length === 0 ? {} : { earlier }) };
  }

  @Get('totals')
  @ApiOperation({ summary: 'How many deliveries got which verdict, as far as receipts are kept' })
  async totals(): Promise<{ items: { verdict: string; count: number }[] }> {
    const items: { verdict: string; count: number }[] = [];
    for (const verdict of VERDICTS) {
      const [sum] = await this.runtime.engines.readModel.totals({
        table: 'receipts',
        tenant: this.runtime.tenant,
        where: { verdict },
      });
      if (sum !== undefined && sum.count > 0) items.push({ verdict, count: sum.count });
    }
    return { items };
  }
}
