import { rebuildTables } from '@ledger/usecases';

import { note } from '../output';
import { settingsFor, withEngines } from './engines';

/** Events between two words about the progress. */
const TELL_EVERY = 10_000;

/** Fills billing's tables anew from the events of the engines that the settings name. */
export async function rebuildLocalTables(dataDir: string | undefined): ReturnType<typeof rebuildTables> {
  const { LEDGER_GRACE_SECONDS, LEDGER_SILENCE_SECONDS } = settingsFor(dataDir);
  const due = { graceMs: LEDGER_GRACE_SECONDS * 1_000, silenceMs: LEDGER_SILENCE_SECONDS * 1_000 };
  let told = 0;
  return withEngines(dataDir, ({ store, readModel: model }) =>
    rebuildTables({ store, model, due }, (progress) => {
      if (progress.events - told < TELL_EVERY || !process.stderr.isTTY) return;
      told = progress.events;
      note(`${progress.events} events`);
    }),
  );
}
