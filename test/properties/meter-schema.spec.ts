import { completeStatement, signedRecordsOf, writeStatement } from '@ledger/meter';
import fc from 'fast-check';
import { kinds, normalisedEvent, rawFrame } from '../support/meter-event-arbitraries';
import { validatorOf } from '../support/meter-schemas';
import { outcomeOf } from '../support/raw-events';

const RUNS = 2_000;

describe('the published schemas and the reader', () => {
  it('accept the same normalised events', () => {
    const validators = new Map(kinds.map((kind) => [kind, validatorOf(`meter-${kind}`)]));
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(normalisedEvent, ({ kind, text }) => {
        const outcome = outcomeOf(text);
        const validate = validators.get(kind);
        const isValid = validate?.(JSON.parse(text)) === true;
        seen[isValid ? 'accepted' : 'refused'] += 1;
        expect({ isValid, errors: isValid ? [] : outcome }).toEqual({
          isValid: outcome.status === 'read',
          errors: isValid ? [] : outcome,
        });
      }),
      { numRuns: RUNS },
    );
    expect(seen.accepted).toBeGreaterThan(RUNS / 10);
    expect(seen.refused).toBeGreaterThan(RUNS / 10);
  });

  it('accept the same wrappings of raw frames', () => {
    const validate = validatorOf('ocpp-frame');
    fc.assert(
      fc.property(rawFrame, (text) => {
        const outcome = outcomeOf(text);
        // The payload is described by the schemas of OCPP; an action outside of it is not a matter of the wrapping.
        if (outcome.status === 'refused' && outcome.code === 'action-unknown') return;
        expect({ isValid: validate(JSON.parse(text)), outcome }).toEqual({
          isValid: outcome.status !== 'refused',
          outcome,
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('agree on what statements look like', () => {
    const validate = validatorOf('statement');
    const sealed = { alg: 'A256GCM+HKDF-S256', kid: 's', iv: 'aXY=', ct: 'Y3Q=', kc: 'ab' } as const;
    fc.assert(
      fc.property(
        fc.oneof(
          normalisedEvent.map(({ text }) => text),
          rawFrame,
        ),
        (text) => {
          const outcome = outcomeOf(text);
          if (outcome.status !== 'read') return;
          for (const draft of outcome.drafts) {
            const signedRecords = signedRecordsOf(draft).map(({ format, encoding }) => {
              return { format, encoding, keyedDigest: 'cd', sealed };
            });
            const sealedToken =
              draft.clearToken === undefined ? {} : { token: { subject: 's', type: draft.clearToken.type, sealed } };
            const written = writeStatement(completeStatement(draft, { signed: signedRecords, ...sealedToken }));
            expect(validate(JSON.parse(written))).toBe(true);
          }
        },
      ),
      { numRuns: RUNS / 10 },
    );
  });
});
