import { MessageTooLarge } from '@ledger/ports';
import { HandTimers, turn } from './hand-timers.contract';
import { SendBatcher, SendRefused, type Outgoing } from './send-batcher';

const LIMITS = {
  publishTimeoutMs: 1_000,
  sendMessagesMax: 3,
  sendBytesMax: 100,
  queueMessagesMax: 6,
  queueBytesMax: 300,
};

/** A broker in a few lines: each request waits until the test answers it. */
class Requests {
  readonly all: (readonly string[])[] = [];
  readonly timeouts: number[] = [];
  private readonly open: PromiseWithResolvers<undefined>[] = [];

  send(messages: readonly Outgoing[], timeoutMs: number): Promise<void> {
    const answer = Promise.withResolvers<undefined>();
    this.all.push(messages.map(({ value }) => value.toString()));
    this.timeouts.push(timeoutMs);
    this.open.push(answer);
    return answer.promise;
  }

  get waiting(): number {
    return this.open.length;
  }

  async take(): Promise<void> {
    this.open.shift()?.resolve(undefined);
    await turn();
  }

  async refuse(error: Error): Promise<void> {
    this.open.shift()?.reject(error);
    await turn();
  }
}

const message = (value: string, bytes = 10): Outgoing => ({ key: 'k', value: Buffer.from(value), headers: {}, bytes });
const messages = (...values: string[]): Outgoing[] => values.map((value) => message(value));
const codeOf = async (publishing: Promise<void>): Promise<unknown> => {
  try {
    await publishing;
    return 'durable';
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : error;
    return code;
  }
};

const begin = (
  changes: Partial<typeof LIMITS> = {},
): { timers: HandTimers; requests: Requests; batcher: SendBatcher } => {
  const timers = new HandTimers();
  const requests = new Requests();
  const send = (outgoing: readonly Outgoing[], timeoutMs: number): Promise<void> => requests.send(outgoing, timeoutMs);
  return {
    timers,
    requests,
    batcher: new SendBatcher({ topic: 't', timers, limits: { ...LIMITS, ...changes }, send }),
  };
};

describe('SendBatcher', () => {
  it('has one request on its way, gathers meanwhile, and keeps the order', async () => {
    const { requests, batcher } = begin();
    const first = batcher.publish(messages('1'));
    await turn();
    const others = [
      batcher.publish(messages('2')),
      batcher.publish(messages('3', '4')),
      batcher.publish(messages('5')),
    ];
    await turn();
    expect(requests.all).toEqual([['1']]);
    await requests.take();
    await first;
    expect(requests.all).toEqual([['1'], ['2', '3', '4']]);
    expect(requests.waiting).toBe(1);
    await requests.take();
    await requests.take();
    await Promise.all(others);
    expect(requests.all[2]).toEqual(['5']);
  });

  it('gathers what is published in the same turn', async () => {
    const { requests, batcher } = begin();
    const all = Promise.all([batcher.publish(messages('1')), batcher.publish(messages('2'))]);
    await turn();
    expect(requests.all).toEqual([['1', '2']]);
    await requests.take();
    await all;
  });

  it('cuts a long call into requests in order, and returns after the last', async () => {
    const { requests, batcher } = begin();
    const outcome = codeOf(batcher.publish(messages('1', '2', '3', '4', '5')));
    await turn();
    await requests.take();
    expect(requests.all).toEqual([
      ['1', '2', '3'],
      ['4', '5'],
    ]);
    await requests.take();
    expect(await outcome).toBe('durable');
  });

  it('keeps requests within their bytes, except for a message that is larger alone', async () => {
    const { requests, batcher } = begin();
    const all = batcher.publish([message('a', 60), message('b', 60), message('c', 150), message('d', 1)]);
    await turn();
    for (let each = 0; each < 4; each += 1) await requests.take();
    await all;
    expect(requests.all).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('answers full when messages or bytes are too many, and takes more when some have left', async () => {
    const { requests, batcher } = begin();
    const sixth = batcher.publish(messages('1', '2', '3', '4', '5', '6'));
    expect(await codeOf(batcher.publish(messages('7')))).toBe('feed-full');
    await turn();
    await requests.take();
    const seventh = batcher.publish(messages('7'));
    expect(await codeOf(batcher.publish([message('8', 300)]))).toBe('feed-full');
    await requests.take();
    await requests.take();
    await Promise.all([sixth, seventh]);
  });

  it('takes a call that alone is more than the queue, when nothing else waits', async () => {
    const { requests, batcher } = begin({ queueMessagesMax: 1 });
    const outcome = codeOf(batcher.publish(messages('1', '2')));
    await turn();
    await requests.take();
    expect(await outcome).toBe('durable');
  });

  it('gives a request the time that its most urgent call has left', async () => {
    const { timers, requests, batcher } = begin();
    const first = batcher.publish(messages('1'));
    await turn();
    const second = batcher.publish(messages('2'));
    await timers.pass(400);
    await requests.take();
    expect(requests.timeouts).toEqual([1_000, 600]);
    await requests.take();
    await Promise.all([first, second]);
  });

  it('fails the calls of a request that ran out of time, and those that waited as long, but no later ones', async () => {
    const { timers, requests, batcher } = begin({ sendMessagesMax: 1 });
    const [first, second] = [codeOf(batcher.publish(messages('1'))), codeOf(batcher.publish(messages('2')))];
    await turn();
    await timers.pass(1_000);
    const third = codeOf(batcher.publish(messages('3')));
    await requests.refuse(new Error('no answer in time'));
    expect(await Promise.all([first, second])).toEqual(['feed-unavailable', 'feed-unavailable']);
    await requests.take();
    expect(await third).toBe('durable');
    expect(requests.all).toEqual([['1'], ['3']]);
  });

  it('sends nothing more of a call that failed in its middle', async () => {
    const { requests, batcher } = begin();
    const outcome = codeOf(batcher.publish(messages('1', '2', '3', '4')));
    await turn();
    await requests.refuse(new Error('gone'));
    expect(await outcome).toBe('feed-unavailable');
    expect(requests.all).toHaveLength(1);
    const next = codeOf(batcher.publish(messages('5', '6', '7', '8', '9', '10')));
    await turn();
    await requests.take();
    await requests.take();
    expect(await next).toBe('durable');
  });

  it('lets one bad message fail no neighbour', async () => {
    const { requests, batcher } = begin();
    const calls = ['1', '2', '3'].map((value) => codeOf(batcher.publish(messages(value))));
    await turn();
    await requests.refuse(new MessageTooLarge('too large'));
    await requests.take();
    await requests.refuse(new MessageTooLarge('too large'));
    await requests.take();
    expect(await Promise.all(calls)).toEqual(['durable', 'message-too-large', 'durable']);
    expect(requests.all).toEqual([['1', '2', '3'], ['1'], ['2'], ['3']]);
  });

  it('tries once more when the broker lost track of the producer, and then gives up', async () => {
    const { requests, batcher } = begin();
    const lost = new SendRefused(true, { cause: new Error('out of order') });
    const first = codeOf(batcher.publish(messages('1')));
    await turn();
    await requests.refuse(lost);
    await requests.take();
    expect(await first).toBe('durable');
    const second = codeOf(batcher.publish(messages('2')));
    await turn();
    await requests.refuse(lost);
    await requests.refuse(lost);
    expect(await second).toBe('feed-unavailable');
  });

  it('sends what waits before it closes, and takes nothing after', async () => {
    const { requests, batcher } = begin();
    const last = codeOf(batcher.publish(messages('1')));
    const closing = batcher.close();
    expect(await codeOf(batcher.publish(messages('2')))).toBe('feed-unavailable');
    await turn();
    await requests.take();
    await closing;
    expect(await last).toBe('durable');
    await batcher.close();
  });
});
