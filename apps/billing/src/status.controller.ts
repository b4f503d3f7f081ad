import { RUNTIME } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { GATEWAY_MESSAGES_GROUP } from '@ledger/usecases';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import { oldestWaiting } from './projection-lag';

/** How far the pipeline is behind. */
export class StatusDto {
  /** Messages that gateways wrote to the feed and that are not taken yet. */
  gatewayMessagesWaiting!: string;
  /** Statements on the feed that are not folded yet. */
  statementsWaiting!: string;
  /** Receipts that cannot be asked for yet. */
  receiptsWaiting!: string;
  /** Quarantined messages that cannot be asked for yet. */
  quarantineWaiting!: string;
  /** Whether the tables hold everything that is in the streams. */
  tablesCurrent!: boolean;
}

/** Tells whether everything that was accepted is folded, priced and can be asked for. */
@ApiTags('health')
@Controller('v1/status')
export class StatusController {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  @Get()
  @ApiOperation({ summary: 'How far the pipeline is behind; all zero and current means that nothing is on its way' })
  async status(): Promise<StatusDto> {
    const { feed, gatewayMessages } = this.runtime.engines;
    const [messages, statements, receipts, quarantine] = await Promise.all([
      gatewayMessages === undefined ? 0n : feed.lag('gateway-messages', GATEWAY_MESSAGES_GROUP),
      feed.lag('meter-events', 'ledger'),
      feed.lag('meter-receipts', 'receipts'),
      feed.lag('meter-quarantine', 'quarantine'),
    ]);
    return {
      gatewayMessagesWaiting: `${messages}`,
      statementsWaiting: `${statements}`,
      receiptsWaiting: `${receipts}`,
      quarantineWaiting: `${quarantine}`,
      tablesCurrent: (await oldestWaiting(this.runtime)) === undefined,
    };
  }
}
