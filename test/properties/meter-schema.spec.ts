import { completeStatement, signedRecordsOf, writeStatement } from '@ledger/meter';
import type { ReadOutcome } from '@ledger/meter';
import fc from 'fast-check';
import { normalisedEvent, rawFrame } from '../support/meter-event-arbitraries';
import { validatorOf } from '../support/meter-schemas';
import { outcomeOf } from '../support/raw-events';

const RUNS = 2_000;

/** What lies inside of a frame is described by the schemas of OCPP and not by ours. */
function isAboutOcpp(outcome: ReadOutcome): boolean {
  if (outcome.status !== 'refused') return false;
  const { code, pointer = '' } = outcome;
  return code === 'action-unknown' || code === 'frame-malformed' || /^\/data\/(?:payload|frame)\//.test(pointer);
}

describe('the published schemas and the reader', () => {
  const schemas = ['meter-started', 'meter-updated', 'meter-ended', 'meter-status', 'ocpp-frame'].map(validatorOf);

  it.each([
    ['normalised events', normalisedEvent],
    ['wrappings of raw frames', rawFrame],
  ])('accept the same %s', (_, events) => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(events, (text) => {
        const outcome = outcomeOf(text);
        if (isAboutOcpp(outcome)) return;
        const isRead = outcome.status !== 'refused';
        const event: unknown = JSON.parse(text);
        const isValid = schemas.some((validate) => validate(event));
        seen[isRead ? 'accepted' : 'refused'] += 1;
        expect({ isValid, outcome }).toEqual({ isValid: isRead, outcome });
      }),
      { numRuns: RUNS },
    );
    expect(seen.accepted).toBeGreaterThan(RUNS / 10);
    expect(seen.refused).toBeGreaterThan(RUNS / 10);
  });

  it('agree on what statements look like', () => {
    const validate = validatorOf('statement');
    const sealed = { alg: 'A256GCM+HKDF-S256', kid: 's', iv: 'aXY=', ct: 'Y3Q=', kc: 'ab' } as const;
    fc.assert(
      fc.property(fc.oneof(normalisedEvent, rawFrame), (text) => {
        const outcome = outcomeOf(text);
        if (outcome.status !== 'read') return;
        for (const draft of outcome.drafts) {
          const signed = signedRecordsOf(draft).map(({ format, encoding }) => {
            return { format, encoding, keyedDigest: 'cd', sealed };
          });
          const { clearToken } = draft;
          const token = clearToken === undefined ? {} : { token: { subject: 's', type: clearToken.type, sealed } };
          expect(validate(JSON.parse(writeStatement(completeStatement(draft, { signed, ...token }))))).toBe(true);
        }
      }),
      { numRuns: RUNS / 10 },
    );
  });
});
