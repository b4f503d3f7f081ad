import { requestTrace, traceOf } from './trace';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('the trace of a request', () => {
  it('is the trace id of a traceparent', () => {
    expect(traceOf(`00-${ID}-${PARENT}-01`)).toBe(ID);
    expect(traceOf(`cc-${ID}-${PARENT}-01-what-will-be`)).toBe(ID);
  });

  it.each([
    ['no text', 7],
    ['all zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent of zeros', `00-${ID}-${'0'.repeat(16)}-01`],
    ['upper case', `00-${ID.toUpperCase()}-${PARENT}-01`],
    ['the version that never is', `ff-${ID}-${PARENT}-01`],
    ['too short', `00-${ID}-01`],
  ])('is none for %s', (_, traceparent) => {
    expect(traceOf(traceparent)).toBeUndefined();
  });

  it('is the x-request-id without a traceparent, unless it could break a log line', () => {
    expect(requestTrace({ 'x-request-id': 'req-00000001' })).toBe('req-00000001');
    expect(requestTrace({ traceparent: `00-${ID}-${PARENT}-01`, 'x-request-id': 'req-00000001' })).toBe(ID);
    for (const id of ['short', 'with blanks in it', 'x'.repeat(65), 'line\nbreak', ['a', 'b']]) {
      expect(requestTrace({ 'x-request-id': id })).toBeUndefined();
    }
  });
});
