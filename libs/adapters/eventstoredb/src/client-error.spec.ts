import { AppendTooLarge, OutcomeUnknown, RevisionConflict, StorageFault, StoreUnavailable } from '@ledger/ports';
import { AppendRefused, appendFault, concernsAllAppends, isHopeless, readFault } from './client-error';
import { TimeUp } from './deadline';

const fault = (error: unknown): Error => appendFault('session-1', 3n, error);

describe('an error of the client', () => {
  it('becomes the error of the port, by its type', () => {
    const conflict = { type: 'wrong-expected-version', message: '', actualVersion: 5n };
    expect(fault(conflict)).toMatchObject({ stream: 'session-1', expected: 3n, actual: 5n });
    expect(fault({ ...conflict, actualVersion: 'no_stream' })).toMatchObject({ actual: 'none' });
    expect(fault(conflict)).toBeInstanceOf(RevisionConflict);
    expect(fault({ type: 'maximum-append-size-exceeded' })).toBeInstanceOf(AppendTooLarge);
    expect(fault({ type: 'stream-deleted' })).toBeInstanceOf(StorageFault);
    expect(fault({ type: 'access-denied' })).toBeInstanceOf(StoreUnavailable);
    for (const type of ['timeout', 'deadline-exceeded', 'unavailable', 'cancelled', 'unknown', 'not-leader', 'new']) {
      expect(fault({ type, message: 'm' })).toBeInstanceOf(OutcomeUnknown);
    }
  });

  it('without a type comes from before anything was sent, unless it is our own timer (trap 7)', () => {
    for (const error of [
      { code: 13, message: 'm' },
      { code: 14 },
      new Error('Failed to discover after 10 attempts.'),
    ]) {
      expect(fault(error)).toBeInstanceOf(StoreUnavailable);
      expect(concernsAllAppends(error)).toBe(true);
    }
    expect(fault(new TimeUp('late'))).toBeInstanceOf(OutcomeUnknown);
  });

  it('that this client does not know is not to be tried again', () => {
    const unheardOf = { type: 'unknown', message: 'Could not recognize MaximumAppendEventSizeExceeded' };
    expect(fault(unheardOf)).toBeInstanceOf(AppendRefused);
    expect(concernsAllAppends(unheardOf)).toBe(false);
    expect(concernsAllAppends({ type: 'unknown', message: '13 INTERNAL: broken' })).toBe(true);
  });

  it('of one append leaves the others alone', () => {
    for (const type of ['wrong-expected-version', 'access-denied', 'stream-deleted', 'timeout']) {
      expect(concernsAllAppends({ type })).toBe(false);
    }
    for (const type of ['unavailable', 'cancelled', 'not-leader']) expect(concernsAllAppends({ type })).toBe(true);
  });

  it('of a read is hopeless only where trying again cannot help', () => {
    for (const error of [{ type: 'access-denied' }, { type: 'unknown', code: 12 }, { type: 'unknown', code: 3 }]) {
      expect(isHopeless(readFault('$all', error))).toBe(true);
    }
    for (const error of [{ type: 'unavailable', code: 14 }, { type: 'unknown', code: 13 }, new Error('discovery')]) {
      expect(isHopeless(readFault('$all', error))).toBe(false);
    }
    expect(isHopeless(readFault('$all', { type: 'stream-deleted' }))).toBe(true);
  });
});
