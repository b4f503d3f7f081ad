import { SystemClock } from './system-clock';
import { SystemRandom } from './system-random';

describe('SystemClock', () => {
  const clock = new SystemClock();

  it('tells the time as an instant', () => {
    expect(clock.now()).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('sleeps for a while, and wakes at once when it is told to', async () => {
    await clock.sleep(1);
    const controller = new AbortController();
    const asleep = clock.sleep(1_000_000, controller.signal);
    controller.abort();
    await asleep;
    await clock.sleep(1_000_000, controller.signal);
    expect(controller.signal.aborted).toBe(true);
  });
});

describe('SystemRandom', () => {
  it('gives ids and bytes that differ', () => {
    const random = new SystemRandom();
    expect(random.uuid()).not.toBe(random.uuid());
    expect(random.bytes(32)).toHaveLength(32);
    expect(Buffer.from(random.bytes(32)).equals(random.bytes(32))).toBe(false);
  });
});
