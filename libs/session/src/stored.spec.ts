import { canon } from '@ledger/units';
import { assess } from './assess/assess';
import type { SessionEvent } from './events';
import { readSessionEvent, writeSessionEvent } from './stored';
import { SessionEventUnreadable } from './stored-fields';
import { KEY, moment, reading, said } from './statement-builder';

const STATEMENT =
  '{"at":"2026-06-01T08:00:00.000Z","connector":"1","digest":"5e7a18c1c52e1f7ddc5c4ae1bb2f0e0ed0d9ad0dc0b6a3ea1ba0e2d9c3b7a111","gateway":"/gateways/gw-1","identity":"seq/default/ST-1/tx-1/0","kind":"started","messageId":"m-1","readings":[{"at":"2026-06-01T08:00:00.000Z","context":"Transaction.Begin","values":[{"measurand":"Energy.Active.Import.Register","unit":"Wh","value":"1613.5"}]}],"receivedAt":"2026-06-01T08:00:01.000Z","seqNo":0,"station":"ST-1","tenant":"default","transaction":"tx-1","v":1}';
const ASSESSMENT =
  '{"chargingSeconds":"3600","endedAt":"2026-06-01T09:00:00.000Z","energy":"metered","energyWh":"1000","findings":[{"at":"2026-06-01T09:00:00.000Z","because":"Why.","bound":"2","code":"register-fell","value":"1"}],"gaps":["3-4"],"hasEnd":true,"hasStart":true,"holds":[{"because":"Why.","bound":"2","rule":"register-fell","value":"1"}],"idleSeconds":"0","periods":[{"endedAt":"2026-06-01T09:00:00.000Z","energyWh":"1000","powerW":"1000","startedAt":"2026-06-01T08:00:00.000Z","state":"charging"}],"registerEndWh":"2613.5","registerStartWh":"1613.5","session":"s","startedAt":"2026-06-01T08:00:00.000Z","statements":2,"station":"ST-1","suspendedSeconds":"0","tenant":"default","transaction":"tx-1","v":1}';

/** Events as they were stored; they must stay readable for ever. */
const STORED: readonly (readonly [string, string])[] = [
  [
    'SessionOpened',
    '{"connector":"1","evse":"2","session":"s","station":"ST-1","tenant":"default","transaction":"tx-1"}',
  ],
  ['SessionOpened', '{"session":"s","station":"ST-1","tenant":"default","transaction":"tx-1"}'],
  ['StatementRecorded', `{"isInferred":true,"origin":"3/17","statement":${STATEMENT}}`],
  ['StatementRecorded', `{"statement":${STATEMENT}}`],
  ['StatementConflicted', `{"digestHeld":"ab","origin":"3/18","statement":${STATEMENT}}`],
  ['StatementReceivedEarlier', '{"digest":"ab","identity":"i","receivedAt":"2026-06-01T08:00:00.000Z"}'],
  ['StatementsWithdrawn', '{"statements":[{"digest":"ab","identity":"i","to":"s-2"},{"digest":"cd","identity":"j"}]}'],
  [
    'StatementsWithdrawn',
    '{"remaining":{"connector":"1","firstAt":"2026-06-01T08:00:00.000Z","hasEnded":false,"lastReceivedAt":"2026-06-01T08:00:01.000Z","names":["77"],"statements":2,"subject":"u","tokenAt":"2026-06-01T08:00:00.000Z","tokenGroup":"g"},"statements":[{"digest":"ab","identity":"i"}]}',
  ],
  ['SessionClosed', `{"assessment":${ASSESSMENT},"isProvisional":false}`],
  [
    'SessionClosed',
    `{"assessment":${ASSESSMENT},"bound":{"at":"2026-06-01T10:00:00.000Z","registerWh":"3000"},"isProvisional":true}`,
  ],
  ['SessionAmended', `{"assessment":${ASSESSMENT},"cause":"late-statement"}`],
  ['SessionAmended', `{"assessment":${ASSESSMENT},"bound":{"at":"2026-06-01T10:00:00.000Z"},"cause":"next-session"}`],
  ['SessionAmended', `{"assessment":${ASSESSMENT},"cause":"next-session","isUnbounded":true}`],
  ['SessionAmended', `{"assessment":${ASSESSMENT},"cause":"statement-withdrawn"}`],
  ['SessionHeld', '{"holds":[{"because":"Why.","bound":"22000","rule":"power-impossible","value":"99999"}]}'],
  ['SessionReleased', '{"by":"operator-1","reason":"Checked on site.","rules":["power-impossible"]}'],
  ['SessionReleased', '{"by":"operator-1","reason":"Checked on site."}'],
];

describe('readSessionEvent', () => {
  it.each(STORED)('reads %s as it was stored, and writes it back to the byte', (type, data) => {
    expect(writeSessionEvent(readSessionEvent(type, data))).toEqual({ type, data });
  });

  it.each([
    ['SessionGone', '{}', 'sessions have no such event'],
    ['SessionOpened', '{', 'not JSON'],
    ['SessionOpened', '[]', 'an object is expected'],
    ['SessionOpened', '{"session":"s","station":"ST-1","tenant":1,"transaction":"t"}', '/tenant'],
    ['SessionClosed', `{"assessment":${ASSESSMENT},"isProvisional":"no"}`, '/isProvisional'],
    ['SessionClosed', `{"assessment":${ASSESSMENT.replace('"v":1', '"v":7')},"isProvisional":false}`, '/assessment/v'],
    [
      'SessionClosed',
      `{"assessment":${ASSESSMENT.replace('"3600"', '"1e3"')},"isProvisional":false}`,
      '/chargingSeconds',
    ],
    [
      'SessionClosed',
      `{"assessment":${ASSESSMENT.replace('"charging"', '"asleep"')},"isProvisional":false}`,
      '/periods/0/state',
    ],
    ['SessionAmended', `{"assessment":${ASSESSMENT},"cause":"boredom"}`, '/cause'],
    ['StatementsWithdrawn', '{"statements":[{"identity":"i"}]}', '/statements/0/digest'],
    ['StatementsWithdrawn', '{"remaining":{"statements":-1},"statements":[]}', '/remaining/statements'],
    ['SessionAmended', `{"assessment":${ASSESSMENT},"bound":{"at":"noon"},"cause":"next-session"}`, '/bound/at'],
    ['SessionHeld', '{"holds":[{"because":"Why."}]}', '/holds/0/rule'],
    ['SessionReleased', '{"by":"operator-1","reason":"Checked.","rules":[1]}', '/rules'],
  ])('refuses %s %s and names the place', (type, data, place) => {
    expect(() => readSessionEvent(type, data)).toThrow(SessionEventUnreadable);
    expect(() => readSessionEvent(type, data)).toThrow(place);
  });

  it('refuses a statement that is none', () => {
    expect(() => readSessionEvent('StatementRecorded', '{"statement":{"v":2}}')).toThrow('/v');
  });

  it('reads what assess and the decisions write', () => {
    const statement = said({ kind: 'started', at: '08:00', register: '1', readings: [reading('08:30', '7.5')] });
    const events: readonly SessionEvent[] = [
      { type: 'StatementRecorded', statement },
      {
        type: 'SessionClosed',
        assessment: assess([statement], KEY),
        isProvisional: true,
        bound: { at: moment('12:00') },
      },
    ];
    for (const event of events) {
      const { type, data } = writeSessionEvent(event);
      expect(canon(readSessionEvent(type, data))).toBe(canon(event));
    }
  });
});
