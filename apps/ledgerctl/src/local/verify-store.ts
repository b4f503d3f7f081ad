import { verifyStore } from '@ledger/usecases';

import { note } from '../output';
import { withEngines } from './engines';

/** Events between two words about the progress. */
const TELL_EVERY = 100_000;

/** Recomputes the chain of every stream of the event store that the settings name. */
export async function verifyLocalStore(dataDir: string | undefined): ReturnType<typeof verifyStore> {
  let told = 0;
  return withEngines(dataDir, ({ store }) =>
    verifyStore(store, ({ events }) => {
      if (events - told < TELL_EVERY || !process.stderr.isTTY) return;
      told = events;
      note(`${events} events`);
    }),
  );
}
