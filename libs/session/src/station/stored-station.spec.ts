import { SessionEventUnreadable } from '../stored-fields';
import { readStationEvent, writeStationEvent } from './stored-station';

const STATEMENT =
  '{"at":"2026-06-01T08:00:00.000Z","call":"m-1","connector":"1","digest":"5e7a18c1c52e1f7ddc5c4ae1bb2f0e0ed0d9ad0dc0b6a3ea1ba0e2d9c3b7a111","gateway":"gw-1","identity":"start/default/ST-1","kind":"started","messageId":"m-1","readings":[],"receivedAt":"2026-06-01T08:00:01.000Z","register":"1000","station":"ST-1","tenant":"default","v":1}';

/** Events as they were stored; they must stay readable for ever. */
const STORED: readonly (readonly [string, string])[] = [
  [
    'TransactionBound',
    '{"calls":["m-1"],"connector":"1","evse":"2","isInferred":true,"registerWh":"1000","session":"s","start":"start/1","startedAt":"2026-06-01T08:00:00.000Z","transaction":"77"}',
  ],
  ['TransactionBound', '{"session":"s","transaction":"77"}'],
  ['TransactionBound', '{"connector":"1","seenAt":"2026-06-01T08:00:00.000Z","session":"s","transaction":"77"}'],
  ['TransactionAliased', '{"alias":"78","session":"s"}'],
  ['TransactionEnded', '{"at":"2026-06-01T10:00:00.000Z","session":"s"}'],
  ['TransactionEnded', '{"at":"2026-06-01T10:00:00.000Z","session":"s","transaction":"77"}'],
  [
    'RegisterNoted',
    '{"endedAt":"2026-06-01T10:00:00.000Z","registerEndWh":"9000","registerStartWh":"1000","session":"s","startedAt":"2026-06-01T08:00:00.000Z"}',
  ],
  ['StartAnswered', '{"call":"m-1","transaction":"77"}'],
  ['StartAnswered', '{"at":"2026-06-01T08:00:01.000Z","call":"m-1","transaction":"77"}'],
  ['StartRepeated', '{"call":"m-9","start":"start/1"}'],
  ['StatementKept', `{"origin":"0/3","statement":${STATEMENT}}`],
  ['StatementAttributed', '{"digest":"d","identity":"i","session":"s","transaction":"77"}'],
  [
    'StatementAttributed',
    '{"at":"2026-06-01T08:00:00.000Z","connector":"1","digest":"d","evse":"1","identity":"i","kind":"reading","session":"s","transaction":"77"}',
  ],
  ['StatementDetached', '{"identity":"i"}'],
];

describe('readStationEvent', () => {
  it.each(STORED)('reads %s as it was stored, and writes it back to the byte', (type, data) => {
    expect(writeStationEvent(readStationEvent(type, data))).toEqual({ type, data });
  });

  it.each([
    ['StationGone', '{}', 'stations have no such event'],
    ['TransactionBound', '{"session":"s"}', '/transaction'],
    ['TransactionBound', '{"registerWh":"1e9","session":"s","transaction":"t"}', '/registerWh'],
    ['TransactionEnded', '{"at":"soon","session":"s"}', '/at'],
    ['StatementAttributed', '{"digest":"d","identity":"i","kind":"rumour","session":"s","transaction":"77"}', '/kind'],
    ['TransactionBound', '{"calls":"m-1","session":"s","transaction":"t"}', '/calls'],
  ])('refuses %s %s and names the place', (type, data, place) => {
    expect(() => readStationEvent(type, data)).toThrow(SessionEventUnreadable);
    expect(() => readStationEvent(type, data)).toThrow(place);
  });
});
