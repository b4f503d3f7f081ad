import type { FeedTopic } from '@ledger/ports';
import {
  BILLING_PREFIXES,
  UnansweredStarts,
  BillingProjection,
  GATEWAY_MESSAGES_GROUP,
  QUARANTINE_GROUP,
  RECEIPTS_GROUP,
  closeDue,
  file,
  openStationStreams,
  publishing,
} from '@ledger/usecases';
import type { GatewayReader } from '@ledger/usecases';

import { PUBLISHER, TENANT } from './book';
import { isPassing, stillOurs, waitingOut } from './process';
import type { Ports } from './process';
import type { Product } from './product';
import type { Publishable } from './publications';

/** When sessions close that do not close themselves. */
const DUE = { graceMs: 900_000, silenceMs: 86_400_000 };

/** The consumer group that folds. */
export const LEDGER_GROUP = 'ledger';

/** Every topic that is consumed, and by whom. */
export const CONSUMED = [
  ['gateway-messages', GATEWAY_MESSAGES_GROUP],
  ['meter-events', LEDGER_GROUP],
  ['meter-receipts', RECEIPTS_GROUP],
  ['meter-quarantine', QUARANTINE_GROUP],
] as const satisfies readonly (readonly [FeedTopic, string])[];

/** How a process is set up; small on purpose, so that limits are met. */
export interface Setup {
  readonly batchMax: number;
  /** Folded states that stay in memory. */
  readonly statesHeld: number;
  readonly closeEveryMs: number;
}

/** Gateways write the text of one event each. */
const gatewayMessages: GatewayReader = ({ value }) => ({ kind: 'event', json: Buffer.from(value).toString() });

/** The ingestion: takes what gateways write to the feed; what they send over HTTP comes to its ports. */
export async function ingestion(ports: Ports, product: Product, { batchMax }: Setup): Promise<void> {
  const around = { ...ports, gatewayMessages };
  await ports.feed.consume({ topic: 'gateway-messages', group: GATEWAY_MESSAGES_GROUP, batchMax }, (batch) =>
    waitingOut(
      ports,
      async () => {
        await product.takeGatewayMessages(around, { tenant: TENANT }, batch);
      },
      () => stillOurs(batch),
    ),
  ).ended;
}

/** Whoever publishes: one thing after the other, each until it is told that it is published. */
export async function publisher(
  ports: Ports,
  work: {
    readonly publications: readonly Publishable[];
    readonly pauseMs: () => number;
    readonly onPublished: () => void;
  },
): Promise<void> {
  const { publications, pauseMs, onPublished } = work;
  const published = publishing(ports);
  for (const each of publications) {
    await ports.clock.sleep(pauseMs());
    const { status } = await waitingOut(ports, () => each.publish(published, PUBLISHER));
    if (status === 'refused') throw new Error('what a world publishes was refused');
  }
  onPublished();
  return new Promise(() => undefined);
}

/** The ledger: folds, files answers, closes what is due. Ends with the first of them that dies. */
export async function ledger(ports: Ports, product: Product, setup: Setup, onLook: () => void): Promise<void> {
  const limits = { states: setup.statesHeld, bytes: setup.statesHeld * 10_000 };
  const sessions = product.openSessions(ports, limits);
  const stations = openStationStreams(ports, limits);
  const folding = { ...ports, sessions, stations };
  const consume = (topic: FeedTopic, group: string, step: Parameters<Ports['feed']['consume']>[1]): Promise<void> =>
    ports.feed.consume({ topic, group, batchMax: setup.batchMax }, (batch) =>
      waitingOut(
        ports,
        () => step(batch),
        () => stillOurs(batch),
      ),
    ).ended;
  const unanswered = new UnansweredStarts(folding);
  const look = async (): Promise<void> => {
    await unanswered.fold();
    await closeDue({ ...ports, sessions, stations }, DUE);
    onLook();
  };
  await Promise.all([
    consume('meter-events', LEDGER_GROUP, async (batch) => {
      await product.fold(folding, batch);
    }),
    consume('meter-receipts', RECEIPTS_GROUP, (batch) => file(ports.model, batch)),
    consume('meter-quarantine', QUARANTINE_GROUP, (batch) => file(ports.model, batch)),
    repeating(ports, setup.closeEveryMs, look),
  ]);
}

/** Billing: follows the events and keeps the tables, and begins anew from what is stored when it was disturbed. */
export async function billing(ports: Ports, { batchMax }: Setup): Promise<void> {
  for (;;) {
    await waitingOut(ports, async () => {
      const projection = await BillingProjection.open(ports.model, DUE);
      const from = { prefixes: BILLING_PREFIXES, ...projection.resumption, batchMax };
      await ports.store.follow(from, async (batch) => {
        ports.crash('before-projection');
        await projection.fold(batch);
        ports.crash('after-projection');
      }).ended;
    });
  }
}

async function repeating({ clock }: Ports, everyMs: number, step: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await step();
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    await clock.sleep(everyMs);
  }
}
