import { consuming } from '@ledger/platform';
import type { Runtime, WorkerPlan } from '@ledger/platform';
import { GATEWAY_MESSAGES_GROUP, takeGatewayMessages } from '@ledger/usecases';
import { Counter } from 'prom-client';

/** What ingestion does beside answering requests: take what gateways write to the feed themselves, where they can. */
export function ingestionWorkers(runtime: Runtime): readonly WorkerPlan[] {
  const { engines, crash, tenant } = runtime;
  const { gatewayMessages } = engines;
  if (gatewayMessages === undefined) return [];
  const taken = new Counter({
    name: 'ledger_gateway_messages_total',
    help: 'Messages taken from the topic that gateways write, by outcome.',
    labelNames: ['outcome'],
    registers: [runtime.metrics],
  });
  const from = { name: 'gateway-messages', topic: 'gateway-messages', group: GATEWAY_MESSAGES_GROUP } as const;
  return [
    consuming(runtime, from, async (batch) => {
      const { accepted, quarantined } = await takeGatewayMessages(
        { ...engines, gatewayMessages, crash },
        { tenant },
        batch,
      );
      taken.inc({ outcome: 'accepted' }, accepted);
      taken.inc({ outcome: 'quarantined' }, quarantined.length);
    }),
  ];
}
