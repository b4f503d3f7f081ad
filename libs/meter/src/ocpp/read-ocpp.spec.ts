import { at, call, draftOf, outcomeOf, rawEvent } from '../../../../test/support/raw-events';

const start = { connectorId: 1, idTag: '04A1', meterStart: 1600, timestamp: at };

function refusalOf(text: string): string {
  const outcome = outcomeOf(text);
  return outcome.status === 'refused' ? `${outcome.code} ${outcome.pointer ?? ''}` : outcome.status;
}

describe('telling what carries no fact from what is not understood', () => {
  it.each([
    ['a heartbeat', call('1.6', 'Heartbeat', {})],
    ['an authorisation', call('2.0.1', 'Authorize', { idToken: { idToken: 'x', type: 'Central' } })],
    ['a device event', call('2.1', 'NotifyEvent', { seqNo: 0, generatedAt: at, eventData: [] })],
    ['meter values without a value', call('1.6', 'MeterValues', { connectorId: 1, meterValue: [] })],
    ['another answer', rawEvent('1.6.result', '{"messageId":"m-1","payload":{"status":"Accepted"}}')],
    ['an answer of 2.x', rawEvent('2.0.1.result', '{"messageId":"m-1","payload":{"totalCost":1}}')],
    ['an error', rawEvent('1.6.error', '{"frame":"[4,\\"m-1\\",\\"NotImplemented\\",\\"\\",{}]"}')],
  ])('passes over %s', (_, text) => {
    expect(outcomeOf(text)).toMatchObject({ status: 'no-fact', id: 'e-1', gateway: 'gw-7', station: 'ST-1' });
  });

  const sample = (value: object): string => {
    return call('1.6', 'MeterValues', { connectorId: 1, meterValue: [{ timestamp: at, sampledValue: [value] }] });
  };
  const place = '/data/payload/meterValue/0/sampledValue/0';

  it.each([
    ['an unknown action', call('1.6', 'Metervalues', {}), 'action-unknown /data'],
    ['a call without action', rawEvent('1.6.call', '{"messageId":"m","payload":{}}'), 'field-missing /data/action'],
    ['an unknown member', rawEvent('1.6.call', '{"messageId":"m","body":{}}'), 'field-unknown /data/body'],
    ['a frame that is no JSON', rawEvent('1.6.call', '{"frame":"[2,"}'), 'frame-malformed /data/frame'],
    ['a frame of another kind', rawEvent('1.6.call', '{"frame":"[3,\\"m\\",{}]"}'), 'frame-malformed /data/frame'],
    ['an unknown version', rawEvent('1.5.call', '{}'), 'type-unknown /type'],
    [
      'a start without time',
      call('1.6', 'StartTransaction', { ...start, timestamp: undefined }),
      'at-missing /data/payload/timestamp',
    ],
    [
      'a start below zero',
      call('1.6', 'StartTransaction', { ...start, meterStart: -5 }),
      'negative-register /data/payload/meterStart',
    ],
    ['an unknown unit', sample({ value: '1', unit: 'kwh' }), `unit-unknown ${place}/unit`],
    ['NaN', sample({ value: 'NaN' }), `not-a-number ${place}/value`],
    ['an unknown measurand', sample({ value: '1', measurand: 'Energy' }), `measurand-unknown ${place}/measurand`],
    ['a register below zero', sample({ value: '-1' }), `negative-register ${place}/value`],
  ])('refuses %s', (_, text, refusal) => {
    expect(refusalOf(text)).toBe(refusal);
  });

  it('reads a call from the text of its frame like from its members', () => {
    const frame = JSON.stringify([2, 'm-1', 'StartTransaction', start]);
    const wrapped = draftOf(rawEvent('1.6.call', JSON.stringify({ frame })));
    expect(wrapped).toEqual(draftOf(call('1.6', 'StartTransaction', start)));
    const broken = JSON.stringify([2, 'm-1', 'StartTransaction', { ...start, meterStart: true }]);
    expect(refusalOf(rawEvent('1.6.call', JSON.stringify({ frame: broken })))).toBe(
      'field-type /data/frame/3/meterStart',
    );
  });

  it('never quotes a token in a refusal', () => {
    const outcome = outcomeOf(call('1.6', 'StartTransaction', { ...start, idTag: '04SECRET\n' }));
    expect(outcome.status).toBe('refused');
    expect(JSON.stringify(outcome)).not.toContain('SECRET');
  });
});
