import { waitingOut } from './consuming';
import type { Runtime, StoreRights, StreamRights } from './runtime';
import type { WorkerPlan } from './workers';

/**
 * A worker that looks once, as soon as the store answers, whether its user may delete streams or mark them as cut off. Events
 * are safe from that only while the user may not, so it is told aloud; what is served meanwhile is right all the same.
 * Where it cannot be found out, that is told too: no session waits for it.
 */
export function checkingRights(runtime: Runtime): readonly WorkerPlan[] {
  const { storeRights } = runtime.engines;
  if (storeRights === undefined) return [];
  return [
    {
      name: 'rights',
      start: () => {
        const stopping = new AbortController();
        const goOn = async (): Promise<void> => {
          stopping.signal.throwIfAborted();
          return Promise.resolve();
        };
        const looking = waitingOut(runtime, 'rights', { step: () => storeRights.check(), goOn }).then((rights) => {
          tell(runtime, storeRights, rights);
        });
        const ended = looking.catch((error: unknown) => {
          if (stopping.signal.aborted) return;
          runtime.logger.error({ worker: 'rights', err: error }, 'it is not known whether events may be deleted');
        });
        return {
          name: 'rights',
          ended,
          stop: async () => {
            stopping.abort();
            await ended;
          },
        };
      },
    },
  ];
}

function tell({ logger }: Pick<Runtime, 'logger'>, { hasUser }: StoreRights, rights: readonly StreamRights[]): void {
  const excess = rights.filter(({ mayDelete, mayTombstone, mayMark }) => mayDelete || mayTombstone || mayMark);
  if (excess.length === 0)
    logger.info({ prefixes: rights.map(({ prefix }) => prefix) }, 'the store keeps what it holds');
  else if (hasUser)
    logger.error({ excess, see: README }, 'the user of the store may delete events: restrict its rights');
  else logger.warn({ see: README }, 'the store knows no users: whoever reaches it may delete events');
}

/** Where operators read what to do. */
const README = 'deploy/README.md, EventStoreDB';
