import { closeSync, openSync, readSync, writeSync } from 'node:fs';

import { fleetLines } from './fleet';
import type { FleetPlan } from './fleet';
import type { Stopwatch } from './stopwatch';

/** What a fleet sends, as a file of lines. */
export interface Delivery {
  readonly file: string;
  readonly lines: number;
}

const WRITE_CHARS = 4 * 1_048_576;
const CHUNK_BYTES = 65_536;
const SEGMENT_BYTES = 64 * CHUNK_BYTES;

/** Writes the lines of a fleet into a file. */
export function writeDelivery(file: string, plan: FleetPlan): Delivery {
  const opened = openSync(file, 'w');
  let lines = 0;
  let text = '';
  for (const line of fleetLines(plan)) {
    text += `${line}\n`;
    lines += 1;
    if (text.length < WRITE_CHARS) continue;
    writeSync(opened, text);
    text = '';
  }
  writeSync(opened, text);
  closeSync(opened);
  return { file, lines };
}

/** The bytes in chunks as a socket gives them; the watch stands still while the file is read. */
export async function* chunksOf({ file }: Delivery, watch: Stopwatch): AsyncGenerator<Uint8Array> {
  for (const segment of segmentsOf(file, SEGMENT_BYTES)) {
    watch.start();
    for (let from = 0; from < segment.length; from += CHUNK_BYTES) {
      yield segment.subarray(from, from + CHUNK_BYTES);
    }
    watch.pause();
    await Promise.resolve();
  }
  watch.start();
}

/** A file in pieces of whole lines, each of about so many bytes. */
export function* bodiesOf({ file }: Delivery, bytes: number): Generator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  for (const segment of segmentsOf(file, bytes)) {
    const end = segment.lastIndexOf(0x0a) + 1;
    if (end > 0) yield Buffer.concat([rest, segment.subarray(0, end)]);
    rest = end > 0 ? segment.subarray(end) : Buffer.concat([rest, segment]);
  }
  if (rest.length > 0) yield rest;
}

function* segmentsOf(file: string, bytes: number): Generator<Uint8Array> {
  const opened = openSync(file, 'r');
  try {
    for (;;) {
      const segment = Buffer.allocUnsafe(bytes);
      const count = readSync(opened, segment);
      if (count === 0) return;
      yield segment.subarray(0, count);
    }
  } finally {
    closeSync(opened);
  }
}
