import type { ConsumeOptions, Consumption, FeedBatch, FeedMessage, FeedRecord, MeterFeed } from './meter-feed';

/** A record that a test waited for, and where it came from. */
export interface Heard extends FeedRecord {
  readonly partition: number;
  readonly text: string;
}

/** A consumer that writes down what belongs to its run. */
export interface Listening {
  readonly heard: Heard[];
  readonly batches: FeedBatch[];
  readonly consumption: Consumption;
  readonly stop: () => Promise<void>;
}

/** What to listen to: the records whose header `run` is this one. Everything is committed unless told otherwise. */
export interface ListenOptions extends Omit<ConsumeOptions, 'topic'> {
  readonly run: string;
  readonly commits?: boolean;
}

/** Messages of one run and one key, numbered from 0. */
export function messagesOf(run: string, key: string | null, count: number): FeedMessage[] {
  return Array.from({ length: count }, (_, index) => ({ key, value: `${key}#${index}`, headers: { run } }));
}

/** Consumes `meter-events` and writes down the records of the run. */
export function listen(feed: MeterFeed, options: ListenOptions): Listening {
  const { run, commits, ...who } = options;
  const [heard, batches]: [Heard[], FeedBatch[]] = [[], []];
  const consumption = feed.consume({ topic: 'meter-events', ...who }, async (batch) => {
    const ours = heardIn(batch, run);
    heard.push(...ours);
    if (ours.length > 0) batches.push(batch);
    if (commits !== false) await batch.commitThrough(lastOf(batch));
  });
  const stop = async (): Promise<void> => {
    await consumption.stop();
    await consumption.ended;
  };
  return { heard, batches, consumption, stop };
}

/** The records of a batch that belong to the run. */
export function heardIn(batch: FeedBatch, run: string): Heard[] {
  return batch.records
    .filter((record) => record.headers['run'] === run)
    .map((record) => ({ ...record, partition: batch.partition, text: Buffer.from(record.value).toString() }));
}

/** The offset of a batch's last record. */
export function lastOf(batch: FeedBatch): bigint {
  const last = batch.records.at(-1);
  if (last === undefined) throw new Error('a batch holds at least one record');
  return last.offset;
}
