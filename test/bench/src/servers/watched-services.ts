import type { ServiceProcess } from '../service-process';
import { sleep } from '../sleep';
import type { Spent } from '../stopwatch';

const LOOK_AGAIN_MS = 50;

/** What services took from now on. */
export async function watchServices(services: readonly ServiceProcess[]): Promise<() => Promise<Spent>> {
  const cpu = async (): Promise<number> => sum(services, (service) => service.metric('process_cpu_seconds_total'));
  const [cpuBefore, wallBefore] = [await cpu(), performance.now()];
  return async () => {
    const wallSeconds = (performance.now() - wallBefore) / 1_000;
    const peakRssBytes = await sum(services, (service) => service.peakRssBytes());
    return { wallSeconds, cpuSeconds: (await cpu()) - cpuBefore, peakRssBytes };
  };
}

/** Looks again and again until the answer is enough; gives the answer. */
export async function untilEnough<Answer>(
  look: () => Promise<Answer>,
  isEnough: (answer: Answer) => boolean,
): Promise<Answer> {
  for (;;) {
    const answer = await look();
    if (isEnough(answer)) return answer;
    await sleep(LOOK_AGAIN_MS);
  }
}

async function sum(
  services: readonly ServiceProcess[],
  of: (service: ServiceProcess) => Promise<number>,
): Promise<number> {
  const all = await Promise.all(services.map(of));
  return all.reduce((total, one) => total + one, 0);
}
