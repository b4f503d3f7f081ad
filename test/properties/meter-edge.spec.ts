import { readJson } from '@ledger/units';
import fc from 'fast-check';

import { isTakenAtTheEdge } from '../../apps/ingestion/src/edge';
import { normalisedEvent } from '../support/meter-event-arbitraries';
import { outcomeOf } from '../support/raw-events';

const RUNS = 1_000;

describe('the declared edge and the reader', () => {
  it('take the same normalised events', () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(normalisedEvent, (text) => {
        const outcome = outcomeOf(text);
        const reading = readJson(text);
        if (text.includes('"type":"ocpp')) return;
        const isTaken = reading.ok && isTakenAtTheEdge(reading.value);
        seen[isTaken ? 'taken' : 'refused'] += 1;
        expect({ text, isTaken, outcome }).toEqual({ text, isTaken: outcome.status !== 'refused', outcome });
      }),
      { numRuns: RUNS },
    );
    expect(seen.taken).toBeGreaterThan(RUNS / 10);
    expect(seen.refused).toBeGreaterThan(RUNS / 10);
  });
});
