import type { KafkaMeterFeed } from '@ledger/adapters/kafka';
import type { FeedBatch, FeedTopic } from '@ledger/ports';
import { until } from '@ledger/ports/trial.contract';

/** What all of these tests use. */
export const EVENTS: FeedTopic = 'meter-events';
export const GROUP = 'ledger';

/** Publishes numbers as texts. */
export const publish = (feed: KafkaMeterFeed, from: number, to: number, key = 'k'): Promise<void> =>
  feed.publish(
    EVENTS,
    Array.from({ length: to - from }, (_, index) => ({ key, value: `${from + index}` })),
  );

/** What a consumer heard so far. */
export interface Heard {
  readonly texts: string[];
  readonly batches: FeedBatch[];
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export const textsOf = (batch: FeedBatch): string[] => batch.records.map(({ value }) => Buffer.from(value).toString());
export const lastOf = (batch: FeedBatch): bigint => batch.records.at(-1)?.offset ?? -1n;

/** Consumes and commits everything, and remembers it. */
export function listen(
  feed: KafkaMeterFeed,
  before: (batch: FeedBatch) => Promise<void> = () => Promise.resolve(),
): Heard {
  const [texts, batches]: [string[], FeedBatch[]] = [[], []];
  const consumption = feed.consume({ topic: EVENTS, group: GROUP }, async (batch) => {
    await before(batch);
    texts.push(...textsOf(batch));
    batches.push(batch);
    await batch.commitThrough(lastOf(batch));
  });
  return { texts, batches, ended: consumption.ended, stop: () => consumption.stop() };
}

/** What a consumer hears until it has so many, and stops. */
export async function heardOnce(feed: KafkaMeterFeed, count: number): Promise<Heard> {
  const heard = listen(feed);
  await until(`${count} were heard`, () => heard.texts.length >= count);
  await heard.stop();
  return heard;
}
