import { readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';
import { binaryEvent, isBinaryEvent, readCloudEvent } from './index';

const headers = {
  'content-type': 'application/json',
  ce_specversion: '1.0',
  ce_id: 'm-1',
  ce_source: '/gateways/gw-7',
  ce_type: 'ledger.meter.status.v1',
  ce_subject: 'ST-1/1/1',
  ce_time: '2026-06-01T08:15:00Z',
  ce_traceparent: '00-1',
  unrelated: 'x',
};

describe('an event in binary mode', () => {
  it('is read like the same event in structured mode', () => {
    const data = readJson('{"chargingState":"idle"}');
    if (!data.ok) throw new Error(data.reason);
    const context = { tenant: 'default', receivedAt: '2026-06-01T08:20:00.000Z' as Instant };
    expect(readCloudEvent(binaryEvent(headers, data.value), context)).toMatchObject({
      status: 'read',
      id: 'm-1',
      drafts: [{ station: 'ST-1', connector: '1', chargingState: 'idle', at: '2026-06-01T08:15:00.000Z' }],
    });
  });

  it('is told from a structured one by its headers', () => {
    expect(isBinaryEvent(headers)).toBe(true);
    expect(isBinaryEvent({ 'content-type': 'application/cloudevents+json' })).toBe(false);
  });
});
