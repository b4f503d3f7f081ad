import { FeedUnavailable } from '@ledger/ports';
import { HandTimers } from './hand-timers.contract';
import { Watchdog } from './watchdog';

const SILENCE = 800;
const CHECK = 100;

interface Scene {
  readonly timers: HandTimers;
  readonly dog: Watchdog;
  readonly deaths: string[];
  place: { partition: number; next: bigint; isBusy: boolean };
  end: bigint | 'unreachable' | 'broken';
  pass(ms: number, doing?: () => void): Promise<void>;
}

const begin = (): Scene => {
  const timers = new HandTimers();
  const deaths: string[] = [];
  const scene: Scene = {
    timers,
    deaths,
    place: { partition: 0, next: 5n, isBusy: false },
    end: 5n,
    dog: new Watchdog({
      timers,
      silenceMaxMs: SILENCE,
      handlerSilenceMaxMs: 300,
      places: () => [scene.place],
      ends: () => {
        if (scene.end === 'unreachable') return Promise.reject(new FeedUnavailable('gone'));
        return Promise.resolve(new Map(scene.end === 'broken' ? [] : [[0, scene.end]]));
      },
      onDead: (reason) => void deaths.push(reason.message),
    }),
    pass: async (ms, doing) => {
      for (let at = 0; at < ms; at += CHECK) {
        doing?.();
        await timers.pass(CHECK);
      }
    },
  };
  scene.dog.start();
  return scene;
};

describe('Watchdog', () => {
  it('leaves a consumer alone that shows signs and has nothing to do', async () => {
    const scene = begin();
    await scene.pass(3 * SILENCE, () => scene.dog.sign());
    expect(scene.deaths).toEqual([]);
  });

  it('finds a consumer dead that gives no sign', async () => {
    const scene = begin();
    await scene.pass(SILENCE);
    expect(scene.deaths).toEqual([]);
    await scene.pass(CHECK);
    expect(scene.deaths).toEqual(['the consumer gave no sign for 800 ms, although the broker answers']);
  });

  it('waits for a broker that does not answer', async () => {
    const scene = begin();
    scene.end = 'unreachable';
    await scene.pass(3 * SILENCE);
    expect(scene.deaths).toEqual([]);
  });

  it('finds a consumer dead that does not fetch what is there', async () => {
    const scene = begin();
    scene.end = 9n;
    await scene.pass(SILENCE + CHECK, () => scene.dog.sign());
    expect(scene.deaths).toEqual([]);
    await scene.pass(CHECK, () => scene.dog.sign());
    expect(scene.deaths).toEqual([
      'the consumer stands still at offset 5 of partition 0 since 800 ms, although the broker answers',
    ]);
  });

  it('leaves a consumer alone that is behind, but moves or is busy', async () => {
    const scene = begin();
    scene.end = 1_000n;
    await scene.pass(3 * SILENCE, () => {
      scene.dog.sign();
      scene.place = { ...scene.place, next: scene.place.next + 1n };
    });
    scene.place = { ...scene.place, isBusy: true };
    await scene.pass(3 * SILENCE, () => scene.dog.sign());
    scene.end = 'broken';
    await scene.pass(3 * SILENCE, () => scene.dog.sign());
    expect(scene.deaths).toEqual([]);
  });

  it('finds a handler stuck that holds its batch without a sign, even when the broker is gone', async () => {
    const scene = begin();
    scene.end = 'unreachable';
    scene.dog.holds(3);
    await scene.pass(300, () => scene.dog.sign());
    expect(scene.deaths).toEqual([]);
    await scene.pass(CHECK);
    expect(scene.deaths).toEqual(['partition 3: the handler gave no sign for 300 ms']);
  });

  it('leaves a handler alone that gives signs or is done', async () => {
    const scene = begin();
    await scene.pass(1_000, () => {
      scene.dog.sign();
      scene.dog.holds(3);
    });
    scene.dog.releases(3);
    await scene.pass(1_000, () => scene.dog.sign());
    scene.dog.stop();
    await scene.pass(3 * SILENCE);
    expect(scene.deaths).toEqual([]);
  });
  it('does not begin once it was stopped', async () => {
    const scene = begin();
    scene.dog.stop();
    scene.dog.start();
    await scene.pass(3 * SILENCE);
    expect(scene.deaths).toEqual([]);
  });
});
