import type { Statement } from '@ledger/meter';

import { allEvents } from '../../../test/support/invariants';
import { Pipeline } from '../../../test/support/pipeline';
import { said } from '../../../test/support/session-story';
import { standingsIn } from '../../../test/support/standing';
import { openSessionStreams } from './session-streams';
import { foldStation } from './station-fold';
import type { StationFoldPorts } from './station-fold';
import { openStationStreams } from './station-streams';

const STREAM = 'station-default~ST-1';
const LIMITS = { states: 10, bytes: 100_000 };
const TWO_HOURS_MS = 7_200_000;

/** One of several ledgers over one store, each with a memory of its own. */
function ledgerOver({ store, clock }: Pipeline): StationFoldPorts {
  const streams = { store, clock, crash: () => undefined };
  return { clock, sessions: openSessionStreams(streams, LIMITS), stations: openStationStreams(streams, LIMITS) };
}

async function fold(ledger: StationFoldPorts, ...statements: readonly Statement[]): Promise<void> {
  await foldStation(
    ledger,
    STREAM,
    statements.map((statement) => ({ statement, origin: `0/${statement.messageId}` })),
  );
}

async function placesOf({ store }: Pipeline): Promise<ReadonlyMap<string, number>> {
  const standings = standingsIn(await allEvents(store));
  return new Map([...standings.values()].map(({ statement, places }) => [statement.messageId, places.length]));
}

describe('a ledger that goes on with a station after another one took over', () => {
  it('takes back what it gave to a session by what it knew before', async () => {
    const pipeline = Pipeline.open();
    const [ours, other] = [ledgerOver(pipeline), ledgerOver(pipeline)];
    const told = (kind: 'started' | 'updated' | 'ended', at: string): Statement =>
      said({ kind, at, transaction: '77', messageId: `${kind} ${at}`, identity: `${kind}/${at}`, register: '100' });
    await fold(ours, told('started', '08:00'));
    await fold(other, told('ended', '09:00'), told('started', '10:00'));
    await fold(ours, told('updated', '10:30'), told('ended', '11:00'));
    const places = await placesOf(pipeline);
    expect([...places.keys()]).toHaveLength(5);
    expect([...places.values()]).toEqual([1, 1, 1, 1, 1]);
    await pipeline.end();
  });

  it('takes a start back that was answered meanwhile, though nothing else is left to do', async () => {
    const pipeline = Pipeline.open();
    const [ours, other] = [ledgerOver(pipeline), ledgerOver(pipeline)];
    const receivedAt = pipeline.clock.now();
    const { transaction: _, ...start } = said({
      kind: 'started',
      at: '08:00',
      call: 'm-1',
      messageId: 'm-1',
      receivedAt,
    });
    const answer = { call: 'm-1', transaction: '77' };
    await fold(ours, start);
    await fold(other, said({ kind: 'status', at: '08:00', transaction: '77', answer, messageId: 'm-2', receivedAt }));
    pipeline.clock.pass(TWO_HOURS_MS);
    await fold(ours);
    expect(await placesOf(pipeline)).toEqual(
      new Map([
        ['m-1', 1],
        ['m-2', 1],
      ]),
    );
    const withdrawn = (await allEvents(pipeline.store)).filter(({ type }) => type === 'StatementsWithdrawn');
    expect(withdrawn).toHaveLength(1);
    await pipeline.end();
  });
});
