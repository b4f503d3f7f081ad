import { StaleBatch } from '@ledger/ports';
import type { FeedBatch } from '@ledger/ports';
import { gate, reasonOf } from '@ledger/ports/trial.contract';

import { sessions } from '../../../test/support/fleet';
import { Pipeline } from '../../../test/support/pipeline';
import { fold } from './fold';
import { openSessionStreams } from './session-streams';
import { openStationStreams } from './station-streams';

const LIMITS = { states: 10, statements: 100 };

describe('folding a batch', () => {
  it('ends with the loss of the partition, which it learns while it folds, and lets nothing fail unhandled', async () => {
    const pipeline = Pipeline.open();
    await pipeline.send(sessions(1));
    const { store, feed, keys, clock, random } = pipeline;
    const streams = { store, clock, crash: () => undefined };
    const ports = {
      ...{ ...streams, feed, keys, random, waiting: new Set<string>() },
      sessions: openSessionStreams(streams, LIMITS),
      stations: openStationStreams(streams, LIMITS),
    };
    const [outcomes, done] = [[] as unknown[], gate()];
    const consumption = feed.consume({ topic: 'meter-events', group: 'ledger' }, async (batch) => {
      const { heartbeat, isHandled } = lost();
      const folding = fold(ports, { ...batch, heartbeat });
      outcomes.push(isHandled(), await reasonOf(folding));
      done.open();
    });
    await done.opened;
    await consumption.stop();
    await pipeline.end();
    expect(outcomes).toEqual([true, expect.any(StaleBatch)]);
  });
});

/** A heartbeat that tells of the loss at once, and whether somebody handles it from the beginning. */
function lost(): { readonly heartbeat: FeedBatch['heartbeat']; readonly isHandled: () => boolean } {
  const beat: Promise<void> = Promise.reject(new StaleBatch('it is gone'));
  let isHandled = false;
  const watched = new Proxy(beat.catch.bind(beat), {
    apply: (target, _, [onRejected]: Parameters<typeof beat.catch>) => {
      isHandled = true;
      return target(onRejected);
    },
  });
  return { heartbeat: () => Object.assign(beat, { catch: watched }), isHandled: () => isHandled };
}
