import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APPEND_BYTES_LIMIT, EventLog } from './event-log';
import { TRUNCATED } from './stream-metadata';
import type { ProposedEvent } from './stored-event';

const event = (data = '{}'): ProposedEvent => ({
  id: crypto.randomUUID(),
  type: 'A',
  contentType: 'application/json',
  data: Buffer.from(data),
  metadata: Buffer.from('{"m":1}'),
});

const allOf = (log: EventLog): unknown[] => Array.from({ length: log.size }, (_, index) => log.eventAt(index));

describe('the log of events', () => {
  it('gives positions that grow with the bytes stored and are not dense', () => {
    const log = new EventLog();
    log.append('s-1', 'none', [event(), event('{"long":"xxxxxxxxxxxxxxxx"}')]);
    log.append('s-2', 'none', [event()]);
    const positions = [0, 1, 2].map((index) => log.eventAt(index)?.position ?? 0n);
    expect((positions[1] ?? 0n) - (positions[0] ?? 0n)).toBeGreaterThan(100n);
    expect((positions[2] ?? 0n) - (positions[1] ?? 0n)).toBeGreaterThan((positions[1] ?? 0n) - (positions[0] ?? 0n));
    expect(log.indexAfter(0n)).toBe(0);
    expect(log.indexAfter(positions[1] ?? 0n)).toBe(2);
    expect(log.indexAfter((positions[1] ?? 0n) - 1n)).toBe(1);
  });

  it('refuses more bytes than its limit in one append, and takes as many', () => {
    const log = new EventLog();
    const filling = APPEND_BYTES_LIMIT - Buffer.byteLength('{"m":1}');
    expect(log.append('s-1', 'none', [event('x'.repeat(filling + 1))])).toEqual({ kind: 'too-large' });
    expect(log.append('s-1', 'none', [event('x'.repeat(filling))])).toMatchObject({ kind: 'success', revision: 0n });
  });

  it('goes on with the revisions of a stream that was deleted and is written again', () => {
    const log = new EventLog();
    log.append('s-1', 'none', [event(), event()]);
    log.append('$$s-1', 'any', [event(JSON.stringify({ $tb: TRUNCATED }))]);
    expect(log.visible('s-1')).toBeUndefined();
    expect(log.append('s-1', 'none', [event()])).toMatchObject({ kind: 'success', revision: 2n });
    expect(log.visible('s-1')?.map((each) => each.revision)).toEqual([2n]);
  });

  it('shows only what the metadata of a stream leaves of it', () => {
    const log = new EventLog();
    log.append('s-1', 'none', [event(), event(), event()]);
    log.append('$$s-1', 'any', [event('{"$maxCount":2}')]);
    expect(log.visible('s-1')).toHaveLength(2);
    log.append('$$s-1', 'any', [event('{"$tb":2}')]);
    expect(log.visible('s-1')).toHaveLength(1);
  });

  it('forgets everything after the moment it is restored to, and gives the positions anew', () => {
    const log = new EventLog();
    log.append('s-1', 'none', [event()]);
    const kept = allOf(log);
    log.append('s-1', 0n, [event()]);
    const lost = log.eventAt(1)?.position;
    log.restoreTo(1);
    expect(allOf(log)).toEqual(kept);
    expect(log.append('s-1', 0n, [event()])).toMatchObject({ kind: 'success', revision: 1n, position: lost });
  });

  it('finds its data again in the file, whole appends only, and goes on behind it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    const file = { path: join(folder, 'events.ndjson'), isSynced: false };
    const first = new EventLog(file);
    first.append('s-1', 'none', [event('{"ü":"€"}'), event()]);
    first.append('s-2', 'none', [event()]);
    first.tombstone('s-2');
    const kept = allOf(first);
    first.close();
    appendFileSync(file.path, readFileSync(file.path, 'utf8').slice(0, 300));
    const second = new EventLog(file);
    expect(allOf(second)).toEqual(kept);
    expect(second.isTombstoned('s-2')).toBe(true);
    expect(second.append('s-1', 1n, [event()])).toMatchObject({ kind: 'success', revision: 2n });
    second.close();
    const third = new EventLog(file);
    expect(third.size).toBe(4);
    third.close();
    rmSync(folder, { recursive: true });
  });
});
