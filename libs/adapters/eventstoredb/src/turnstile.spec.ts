import { Patience } from './patience';
import { Turnstile } from './turnstile';

describe('a turnstile', () => {
  it('lets in as many as there are places, and the others in order', async () => {
    const [turnstile, patience, entered] = [new Turnstile(2), new Patience(), [] as number[]];
    const entries = [1, 2, 3, 4].map(async (each) => {
      await turnstile.enter(patience);
      entered.push(each);
    });
    await Promise.all(entries.slice(0, 2));
    expect(entered).toEqual([1, 2]);
    turnstile.leave();
    await entries[2];
    turnstile.leave();
    await entries[3];
    expect(entered).toEqual([1, 2, 3, 4]);
  });

  it('lets one who lost patience go, and gives its turn to the next', async () => {
    const [turnstile, patient, hasty] = [new Turnstile(1), new Patience(), new Patience()];
    expect(await turnstile.enter(patient)).toBe(true);
    const given = turnstile.enter(hasty);
    const next = turnstile.enter(patient);
    expect(turnstile.count).toBe(3);
    hasty.end();
    expect(await given).toBe(false);
    turnstile.leave();
    expect(await next).toBe(true);
    turnstile.leave();
    expect(turnstile.count).toBe(0);
  });
});
